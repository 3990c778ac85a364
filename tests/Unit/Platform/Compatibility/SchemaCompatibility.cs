using System.Text.Json.Nodes;

namespace Heretix.Tests.Compatibility;

/// <summary>
/// Compares what two schemas allow. A request breaks when the newer one allows less, an answer when it allows more: so one
/// question, whether <c>narrow</c> fits into <c>wide</c>, is asked with the documents in either order.
/// </summary>
internal sealed class SchemaCompatibility(
    JsonObject before,
    JsonObject after,
    List<string> breaks,
    HashSet<(string, string, Direction)>? compared = null
)
{
    private static readonly string[] LowerBounds =
    [
        "minimum",
        "exclusiveMinimum",
        "minLength",
        "minItems",
        "minProperties",
    ];

    private static readonly string[] UpperBounds =
    [
        "maximum",
        "exclusiveMaximum",
        "maxLength",
        "maxItems",
        "maxProperties",
    ];

    private static readonly string[] Same = ["pattern", "format", "multipleOf", "uniqueItems", "const"];

    /// <summary>Pairs of named schemas that are being compared: a type that contains itself is not compared again.</summary>
    private readonly HashSet<(string, string, Direction)> open = compared ?? [];

    public void Compare(JsonNode? then, JsonNode? now, Direction direction, string place)
    {
        var pair = ((string?)then?["$ref"] ?? "", (string?)now?["$ref"] ?? "", direction);
        var named = pair is not ("", "", _);
        if (named && !open.Add(pair))
            return;
        var (old, current) = (Flat(before, then), Flat(after, now));
        var (olds, currents) = (Branches(old), Branches(current));
        if (olds.Count == 1 && currents.Count == 1)
            One(Flat(before, olds[0]), Flat(after, currents[0]), direction, place);
        else
            Each(olds, currents, direction, place);
        if (named)
            open.Remove(pair);
    }

    /// <summary>Every alternative on the side that must fit needs one on the other side into which it fits.</summary>
    private void Each(List<JsonNode?> olds, List<JsonNode?> currents, Direction direction, string place)
    {
        var sent = direction == Direction.Sent;
        foreach (var fitting in sent ? olds : currents)
        {
            var fits = (sent ? currents : olds).Any(other =>
            {
                var found = new List<string>();
                new SchemaCompatibility(before, after, found, open).Compare(
                    sent ? fitting : other,
                    sent ? other : fitting,
                    direction,
                    place
                );
                return found.Count == 0;
            });
            if (!fits)
                breaks.Add(sent ? $"{place}: an alternative is gone" : $"{place}: an alternative is new");
        }
    }

    private void One(JsonObject old, JsonObject current, Direction direction, string place)
    {
        var sent = direction == Direction.Sent;
        var (fitting, room) = sent ? (old, current) : (current, old);
        var verb = sent ? "narrowed" : "widened";
        if (!Types(fitting).All(type => Admits(Types(room), type)))
            breaks.Add($"{place}: the type was {verb}");
        if (room["enum"] is JsonArray names && !Subset(fitting["enum"] as JsonArray, names))
            breaks.Add($"{place}: the names were {verb}");
        foreach (
            var bound in LowerBounds.Where(bound => Number(room, bound) > (Number(fitting, bound) ?? double.MinValue))
        )
            breaks.Add($"{place}: {bound} was {verb}");
        foreach (
            var bound in UpperBounds.Where(bound => Number(room, bound) < (Number(fitting, bound) ?? double.MaxValue))
        )
            breaks.Add($"{place}: {bound} was {verb}");
        foreach (var rule in Same.Where(rule => room[rule] is { } set && !JsonNode.DeepEquals(set, fitting[rule])))
            breaks.Add($"{place}: {rule} was {verb}");
        Members(old, current, direction, place);
        if (old["items"] is { } items)
            Compare(items, current["items"], direction, place + "[]");
        Others(old["additionalProperties"], current["additionalProperties"], direction, place);
    }

    private void Members(JsonObject old, JsonObject current, Direction direction, string place)
    {
        foreach (var (name, schema) in ApiCompatibility.Members(old["properties"]))
        {
            if (current["properties"]?[name] is { } same)
                Compare(schema, same, direction, $"{place}.{name}");
            else
                breaks.Add($"{place}.{name} is gone");
        }
        var (then, now) = (Required(old), Required(current));
        if (direction == Direction.Sent)
        {
            foreach (var name in now.Except(then))
                breaks.Add($"{place}.{name} is newly required");
        }
        else
        {
            foreach (var name in then.Except(now).Where(name => current["properties"]?[name] is not null))
                breaks.Add($"{place}.{name} may now be missing");
        }
    }

    /// <summary>Members without a name in the schema: anything, nothing, or of one kind.</summary>
    private void Others(JsonNode? then, JsonNode? now, Direction direction, string place)
    {
        if (then is JsonObject && now is JsonObject)
            Compare(then, now, direction, place + ".*");
        else if (direction == Direction.Sent && IsClosed(now) && !IsClosed(then))
            breaks.Add($"{place}: other members are no longer taken");
    }

    private static bool IsClosed(JsonNode? others) =>
        others is JsonValue value && value.TryGetValue<bool>(out var open) && !open;

    /// <summary>The schema without references and with the parts of allOf put together.</summary>
    private static JsonObject Flat(JsonObject document, JsonNode? schema)
    {
        var resolved = ApiCompatibility.Resolve(document, schema);
        if (resolved["allOf"] is not JsonArray parts)
            return resolved;
        var flat = resolved.DeepClone().AsObject();
        flat.Remove("allOf");
        foreach (var part in parts)
        {
            foreach (var (name, value) in Flat(document, part))
            {
                if (name == "properties" && flat[name] is JsonObject properties)
                {
                    foreach (var (member, type) in value!.AsObject())
                        properties[member] = type?.DeepClone();
                }
                else if (name == "required" && flat[name] is JsonArray required)
                {
                    foreach (var member in value!.AsArray())
                        required.Add(member?.DeepClone());
                }
                else
                {
                    flat[name] = value?.DeepClone();
                }
            }
        }
        return flat;
    }

    private static List<JsonNode?> Branches(JsonObject schema) =>
        (schema["oneOf"] ?? schema["anyOf"]) is JsonArray several ? [.. several] : [schema];

    /// <summary>The types that a schema names; none of them means any.</summary>
    private static string[] Types(JsonObject schema) =>
        schema["type"] switch
        {
            JsonArray several => [.. several.Select(type => (string)type!)],
            JsonValue one => [(string)one!],
            _ => ["any"],
        };

    private static bool Admits(string[] room, string type) =>
        room.Contains("any") || room.Contains(type) || (type == "integer" && room.Contains("number"));

    private static bool Subset(JsonArray? fitting, JsonArray room) =>
        fitting is not null && fitting.All(name => room.Any(other => JsonNode.DeepEquals(name, other)));

    private static double? Number(JsonObject schema, string bound) =>
        schema[bound] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static List<string> Required(JsonObject schema) =>
        [.. (schema["required"] as JsonArray ?? []).Select(name => (string)name!)];
}
