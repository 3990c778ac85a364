using System.Text.Json;

namespace Heretix.Billing.Events;

/// <summary>Reads what is around the object of an event.</summary>
internal static class EventEnvelope
{
    /// <summary>Ids and types are no longer than this.</summary>
    public const int LongestWord = 255;

    /// <summary>The body as a JSON object; null when it is none.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root ? root.Clone() : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An id or a type, as a provider forms them; null when it is none.</summary>
    public static string? Word(string? text) =>
        text is { Length: > 0 and <= LongestWord } && !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? text : null;
}
