using System.Text.Json;
using System.Text.Unicode;

namespace Heretix.Accounts.External.Tokens;

/// <summary>Reads JSON of others: one object in valid UTF-8, no member twice, not deep.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The object; null when it is none.</summary>
    public static JsonElement? Object(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return null;
        try
        {
            using var document = JsonDocument.Parse(bytes, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is text; null when it is not there or null.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static string? Text(JsonElement from, string name)
    {
        if (!from.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return null;
        return member.ValueKind == JsonValueKind.String ? Read(member) : throw Wrong(name);
    }

    /// <summary>The text of a string.</summary>
    /// <exception cref="FormatException">It has half a surrogate pair.</exception>
    public static string Read(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("a text");
        }
    }

    public static FormatException Wrong(string name) => new($"{name} is not what it should be");
}
