using System.Text.Json.Nodes;

namespace Heretix.Tests.Compatibility;

/// <summary>
/// Says in which way a client that was written for one OpenAPI document would break on another. Additions do not break;
/// what was there must stay, requests must not be asked for more, and answers must not surprise.
/// </summary>
public static class ApiCompatibility
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options"];

    /// <summary>One sentence for each break; empty when there is none.</summary>
    public static IReadOnlyList<string> Breaks(JsonObject before, JsonObject after)
    {
        var breaks = new List<string>();
        var schemas = new SchemaCompatibility(before, after, breaks);
        foreach (var (path, then) in Members(before["paths"]))
        {
            if (after["paths"]?[path] is not JsonObject now)
            {
                breaks.Add($"{path} is gone");
                continue;
            }
            foreach (var method in Methods.Where(method => then![method] is not null))
            {
                var where = $"{method.ToUpperInvariant()} {path}";
                if (now[method] is JsonObject operation)
                    new OperationPair(before, after, schemas, breaks, where).Compare(
                        then![method]!.AsObject(),
                        operation
                    );
                else
                    breaks.Add($"{where} is gone");
            }
        }
        return breaks;
    }

    internal static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node as JsonObject ?? [];

    /// <summary>What a reference leads to, or the node itself.</summary>
    internal static JsonObject Resolve(JsonObject document, JsonNode? node)
    {
        while (node is JsonObject members && (string?)members["$ref"] is { } target)
        {
            node = document;
            foreach (var step in target.Split('/').Skip(1))
                node = node?[step.Replace("~1", "/", StringComparison.Ordinal)];
        }
        return node as JsonObject ?? [];
    }

    private sealed class OperationPair(
        JsonObject before,
        JsonObject after,
        SchemaCompatibility schemas,
        List<string> breaks,
        string where
    )
    {
        public void Compare(JsonObject then, JsonObject now)
        {
            if ((string?)then["operationId"] is { } id && id != (string?)now["operationId"])
                breaks.Add($"{where}: the operation id {id} is gone");
            Parameters(then, now);
            Body(then["requestBody"], now["requestBody"]);
            Answers(then, now);
        }

        private void Parameters(JsonObject then, JsonObject now)
        {
            var old = Named(before, then);
            var current = Named(after, now);
            foreach (var (name, parameter) in old)
            {
                if (!current.TryGetValue(name, out var same))
                {
                    breaks.Add($"{where}: the parameter {name} is gone");
                    continue;
                }
                if (!IsRequired(parameter) && IsRequired(same))
                    breaks.Add($"{where}: the parameter {name} is newly required");
                schemas.Compare(parameter["schema"], same["schema"], Direction.Sent, $"{where}: {name}");
            }
            foreach (var (name, _) in current.Where(added => !old.ContainsKey(added.Key) && IsRequired(added.Value)))
                breaks.Add($"{where}: the new parameter {name} is required");
        }

        private void Body(JsonNode? then, JsonNode? now)
        {
            if (then is null)
            {
                if (now is not null && IsRequired(ApiCompatibility.Resolve(after, now)))
                    breaks.Add($"{where}: a body is newly required");
                return;
            }
            if (now is null)
            {
                breaks.Add($"{where}: the body is gone");
                return;
            }
            var (old, current) = (ApiCompatibility.Resolve(before, then), ApiCompatibility.Resolve(after, now));
            if (!IsRequired(old) && IsRequired(current))
                breaks.Add($"{where}: a body is newly required");
            Content(old, current, Direction.Sent, where);
        }

        private void Answers(JsonObject then, JsonObject now)
        {
            foreach (var (status, answer) in Members(then["responses"]))
            {
                var there = now["responses"]?[status];
                if (there is not null)
                    Content(
                        ApiCompatibility.Resolve(before, answer),
                        ApiCompatibility.Resolve(after, there),
                        Direction.Answered,
                        $"{where} {status}"
                    );
                else if (status[0] is '2' or '3')
                    breaks.Add($"{where}: the answer {status} is gone");
            }
        }

        private void Content(JsonObject then, JsonObject now, Direction direction, string place)
        {
            foreach (var (type, content) in Members(then["content"]))
            {
                if (now["content"]?[type] is { } same)
                    schemas.Compare(content!["schema"], same["schema"], direction, place);
                else
                    breaks.Add($"{place}: {type} is gone");
            }
        }

        private static Dictionary<string, JsonObject> Named(JsonObject document, JsonObject operation) =>
            (operation["parameters"] as JsonArray ?? [])
                .Select(parameter => ApiCompatibility.Resolve(document, parameter))
                .ToDictionary(parameter => $"{parameter["in"]} {parameter["name"]}");

        private static bool IsRequired(JsonObject part) => (bool?)part["required"] == true;
    }
}

/// <summary>Who writes a value: callers, or the server.</summary>
public enum Direction
{
    /// <summary>The server must go on taking what it took.</summary>
    Sent,

    /// <summary>Callers must go on understanding what they get.</summary>
    Answered,
}
