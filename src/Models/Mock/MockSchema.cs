using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Heretix.Models;

/// <summary>The smallest labelled value that a JSON schema allows, for rehearsals of anything but a measurement.</summary>
internal static class MockSchema
{
    private const int Deepest = 32;

    /// <summary>
    /// Understands const, enum, anyOf, local references, objects (required members only), arrays with minItems, strings
    /// with minLength and maxLength, numbers with bounds.
    /// </summary>
    public static string Instance(JsonElement schema)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, schema, schema, 0);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement schema, JsonElement root, int depth)
    {
        if (depth > Deepest)
            json.WriteNullValue();
        else if (Local(schema.Text("$ref"), root) is { } target)
            Write(json, target, root, depth + 1);
        else if (schema.Member("const") is { } constant)
            constant.WriteTo(json);
        else if (schema.Member("enum") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0)
            choices[0].WriteTo(json);
        else if (schema.Member("anyOf") is { ValueKind: JsonValueKind.Array } any && any.GetArrayLength() > 0)
            Write(json, any[0], root, depth + 1);
        else
            WriteTyped(json, Kind(schema), schema, root, depth);
    }

    private static void WriteTyped(Utf8JsonWriter json, string? kind, JsonElement schema, JsonElement root, int depth)
    {
        switch (kind)
        {
            case "object":
                json.WriteStartObject();
                foreach (var name in schema.Member("required").Items().Select(n => n.GetString()).OfType<string>())
                {
                    json.WritePropertyName(name);
                    if (schema.Member("properties").Member(name) is { } member)
                        Write(json, member, root, depth + 1);
                    else
                        json.WriteNullValue();
                }
                json.WriteEndObject();
                break;
            case "array":
                json.WriteStartArray();
                var count = Math.Min(Number(schema, "minItems") ?? 0, 100);
                for (var i = 0; i < count && schema.Member("items") is { } item; i++)
                    Write(json, item, root, depth + 1);
                json.WriteEndArray();
                break;
            case "integer":
                json.WriteNumberValue((long)Math.Ceiling(Number(schema, "minimum") ?? 0));
                break;
            case "number":
                json.WriteNumberValue(Number(schema, "minimum") ?? 0);
                break;
            case "boolean":
                json.WriteBooleanValue(false);
                break;
            case "null":
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(Words(schema));
                break;
        }
    }

    private static string Words(JsonElement schema)
    {
        var shortest = (int)Math.Clamp(Number(schema, "minLength") ?? 0, 0, 10_000);
        var longest = (int)Math.Clamp(Number(schema, "maxLength") ?? int.MaxValue, shortest, int.MaxValue);
        var words = "[mock]".PadRight(shortest, '.');
        return words.Length > longest ? words[..longest] : words;
    }

    private static string? Kind(JsonElement schema) =>
        schema.Member("type") switch
        {
            { ValueKind: JsonValueKind.String } one => one.GetString(),
            { ValueKind: JsonValueKind.Array } several when several.GetArrayLength() > 0 => several[0].ToString(),
            _ => schema.Member("properties") is null ? null : "object",
        };

    private static double? Number(JsonElement schema, string name) =>
        schema.Member(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>Follows a pointer into the same document (<c>#/$defs/name</c>).</summary>
    private static JsonElement? Local(string? reference, JsonElement root)
    {
        if (reference is not ['#', '/', .. var path])
            return null;
        JsonElement? target = root;
        foreach (var step in path.Split('/'))
            target = target.Member(step);
        return target;
    }
}
