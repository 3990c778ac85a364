using System.Text.Json;

namespace Heretix.Billing.Providers;

/// <summary>Reads members of what providers write, believing nothing about their types.</summary>
internal static class JsonMembers
{
    /// <summary>A text of an object; null when it is absent, null or something else.</summary>
    public static string? Text(JsonElement container, string member) =>
        container.ValueKind == JsonValueKind.Object
        && container.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>An id that stands there itself, or as the object that has it.</summary>
    public static string? Id(JsonElement container, string member) =>
        Text(container, member)
        ?? (
            container.ValueKind == JsonValueKind.Object && container.TryGetProperty(member, out var value)
                ? Text(value, "id")
                : null
        );

    /// <summary>A moment in seconds since 1970.</summary>
    public static DateTimeOffset? Seconds(JsonElement container, string member) =>
        container.ValueKind == JsonValueKind.Object
        && container.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A moment in milliseconds since 1970.</summary>
    public static DateTimeOffset? Milliseconds(JsonElement container, string member) =>
        container.ValueKind == JsonValueKind.Object
        && container.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var milliseconds)
        && milliseconds is >= 0 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    /// <summary>A whole number, such as an amount in minor units.</summary>
    public static long? Integer(JsonElement container, string member) =>
        container.ValueKind == JsonValueKind.Object
        && container.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    /// <summary>A member that is an object; nothing otherwise.</summary>
    public static JsonElement Object(JsonElement container, string member) =>
        container.ValueKind == JsonValueKind.Object
        && container.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.Object
            ? value
            : default;

    /// <summary>Whether a member is there and true.</summary>
    public static bool Flag(JsonElement container, string member) =>
        container.ValueKind == JsonValueKind.Object
        && container.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.True;

    /// <summary>What a list holds.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement list, string member = "data") =>
        list.ValueKind == JsonValueKind.Object
        && list.TryGetProperty(member, out var data)
        && data.ValueKind == JsonValueKind.Array
            ? data.EnumerateArray()
            : [];
}
