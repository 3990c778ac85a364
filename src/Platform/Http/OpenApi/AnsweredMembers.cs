using System.Text.Json.Nodes;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>
/// Answers have all their members always, null ones too; so schemas that stand only in answers say that every member is
/// there, which spares clients a check.
/// </summary>
internal static class AnsweredMembers
{
    private const string Prefix = "#/components/schemas/";

    public static void Require(JsonObject paths, JsonObject schemas)
    {
        var sent = new HashSet<string>(StringComparer.Ordinal);
        var answered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, operation) in DocumentShape.OperationsOf(paths))
        {
            Reach(operation["requestBody"], schemas, sent);
            Reach(operation["parameters"], schemas, sent);
            foreach (var answer in operation["responses"]!.AsObject().Where(answer => answer.Key[0] is '2' or '3'))
                Reach(answer.Value, schemas, answered);
        }
        foreach (var name in answered.Except(sent))
        {
            if (schemas[name] is JsonObject schema && schema["properties"] is JsonObject properties)
                schema["required"] = new JsonArray([.. properties.Select(member => (JsonNode)member.Key!)]);
        }
    }

    private static void Reach(JsonNode? node, JsonObject schemas, HashSet<string> reached)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                    Reach(item, schemas, reached);
                break;
            case JsonObject members:
                foreach (var (key, value) in members)
                {
                    if (key != "$ref")
                        Reach(value, schemas, reached);
                    else if (
                        (string?)value is { } target
                        && target.StartsWith(Prefix, StringComparison.Ordinal)
                        && reached.Add(target[Prefix.Length..])
                    )
                        Reach(schemas[target[Prefix.Length..]], schemas, reached);
                }
                break;
        }
    }
}
