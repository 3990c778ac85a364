using System.Text.Json;

namespace Heretix.Models;

/// <summary>JSON schemas as the providers take them.</summary>
internal static class Schemas
{
    private static readonly string[] NotInStrict =
    [
        "minLength",
        "maxLength",
        "allOf",
        "oneOf",
        "not",
        "if",
        "patternProperties",
    ];

    private static readonly string[] NotInAnthropic =
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    ];

    /// <summary>
    /// Whether OpenAI's strict mode takes a schema: every object closed, every property required, no keyword that it
    /// does not know.
    /// </summary>
    public static bool IsStrict(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return true;
        if (NotInStrict.Any(word => schema.TryGetProperty(word, out _)))
            return false;
        if (schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            var required = schema.Member("required").Items().Select(name => name.ToString()).ToHashSet();
            if (schema.Member("additionalProperties") is not { ValueKind: JsonValueKind.False })
                return false;
            foreach (var property in properties.EnumerateObject())
                if (!required.Contains(property.Name) || !IsStrict(property.Value))
                    return false;
        }
        return (schema.Member("items") is not { } items || IsStrict(items))
            && schema.Member("anyOf").Items().All(IsStrict)
            && (
                schema.Member("$defs") is not { ValueKind: JsonValueKind.Object } definitions
                || definitions.EnumerateObject().All(d => IsStrict(d.Value))
            );
    }

    /// <summary>
    /// Writes a schema without the bounds that Anthropic rejects, and with every object closed. The bounds are checked
    /// where the answer is read.
    /// </summary>
    public static void WriteForAnthropic(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }
        json.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            if (NotInAnthropic.Contains(member.Name) || member.Name == "additionalProperties")
                continue;
            json.WritePropertyName(member.Name);
            switch (member.Name)
            {
                case "properties" or "$defs" when member.Value.ValueKind == JsonValueKind.Object:
                    json.WriteStartObject();
                    foreach (var child in member.Value.EnumerateObject())
                    {
                        json.WritePropertyName(child.Name);
                        WriteForAnthropic(json, child.Value);
                    }
                    json.WriteEndObject();
                    break;
                case "anyOf" or "allOf" when member.Value.ValueKind == JsonValueKind.Array:
                    json.WriteStartArray();
                    foreach (var child in member.Value.EnumerateArray())
                        WriteForAnthropic(json, child);
                    json.WriteEndArray();
                    break;
                case "items":
                    WriteForAnthropic(json, member.Value);
                    break;
                default:
                    member.Value.WriteTo(json);
                    break;
            }
        }
        if (schema.TryGetProperty("properties", out _))
            json.WriteBoolean("additionalProperties", false);
        json.WriteEndObject();
    }
}
