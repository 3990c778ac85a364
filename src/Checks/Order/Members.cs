using System.Globalization;
using System.Text.Json;

namespace Heretix.Checks.Order;

/// <summary>Reads the members of a JSON object one by one and remembers what is wrong with each.</summary>
internal sealed class Members(JsonElement root)
{
    private readonly SortedDictionary<string, string[]> errors = new(StringComparer.Ordinal);

    /// <summary>What is wrong, by member.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => errors;

    /// <summary>Remembers one more thing that is wrong.</summary>
    public void Refuse(string member, string sentence) =>
        errors[member] = [.. errors.GetValueOrDefault(member, []), sentence];

    /// <summary>A text without the space around it; null when absent, null or blank.</summary>
    public string? Text(string member, int longest)
    {
        if (Given(member) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return Refused<string>(member, "must be a text.");
        string? text;
        try
        {
            text = value.GetString()?.Trim();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are not UTF-8.
            return Refused<string>(member, "holds characters that are no text.");
        }
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Contains('\0', StringComparison.Ordinal))
            return Refused<string>(member, "holds characters that are no text.");
        var length = text.EnumerateRunes().Count();
        return length <= longest
            ? text
            : Refused<string>(member, Invariant($"has {length} characters; at most {longest} are taken."));
    }

    public int? Whole(string member, int least, int most)
    {
        if (Given(member) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
        {
            if (number >= least && number <= most)
                return number;
        }
        Refuse(member, Invariant($"must be a whole number from {least} to {most}."));
        return null;
    }

    /// <summary>64 unsigned bits, as a number or in decimal digits.</summary>
    public ulong? Unsigned(string member)
    {
        if (Given(member) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number))
            return number;
        if (
            value.ValueKind == JsonValueKind.String
            && ulong.TryParse(value.GetRawText().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out number)
        )
            return number;
        Refuse(member, Invariant($"must be a whole number from 0 to {ulong.MaxValue}, best written as a text."));
        return null;
    }

    public bool? Flag(string member)
    {
        if (Given(member) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Refuse(member, "must be true or false.");
        return null;
    }

    public Guid? Id(string member)
    {
        if (Given(member) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id))
            return id;
        Refuse(member, "must be a UUID like 0197b0c4-3c1e-7a52-9b1f-2d6f0c9f8a11.");
        return null;
    }

    private JsonElement? Given(string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private T? Refused<T>(string member, string sentence)
        where T : class
    {
        Refuse(member, sentence);
        return null;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
