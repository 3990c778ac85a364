using System.Text.Json;
using System.Text.RegularExpressions;

namespace Heretix.Platform.Http.Errors;

/// <summary>Says what a place in a JSON body should have held, from the type that the endpoint reads.</summary>
internal static partial class ExpectedKind
{
    /// <summary>The rest of a sentence that begins with the place.</summary>
    /// <param name="path">The place, <c>parts[1].weight</c> or empty for the whole body.</param>
    /// <param name="body">What the endpoint reads; null when unknown.</param>
    /// <param name="json">The names on the wire.</param>
    public static string At(string path, Type? body, JsonSerializerOptions json)
    {
        var type = body;
        foreach (Match step in Steps().Matches(path))
        {
            if (type is null)
                break;
            var contract = json.GetTypeInfo(type);
            type = step.Groups["index"].Success
                ? contract.ElementType
                : contract
                    .Properties.FirstOrDefault(member =>
                        string.Equals(member.Name, step.Groups["name"].Value, StringComparison.OrdinalIgnoreCase)
                    )
                    ?.PropertyType
                    ?? contract.ElementType;
        }
        return type is null ? "has the wrong type" : "must be " + Name(Nullable.GetUnderlyingType(type) ?? type, json);
    }

    private static string Name(Type type, JsonSerializerOptions json)
    {
        if (type.IsEnum)
            return "one of "
                + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        if (type == typeof(Guid))
            return "a UUID";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => "a string",
            TypeCode.Boolean => "true or false",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "a whole number in range",
            >= TypeCode.Single and <= TypeCode.Decimal => "a number",
            _ when json.GetTypeInfo(type).ElementType is not null => "a list",
            _ when type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true => "of the documented type",
            _ => "an object",
        };
    }

    [GeneratedRegex(@"\[(?<index>\d+)\]|\['(?<name>[^']*)'\]|(?<name>[^.\[\]]+)")]
    private static partial Regex Steps();
}
