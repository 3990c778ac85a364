using System.Text.Json.Nodes;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>The errors that every operation may answer, beside those that its endpoint names itself.</summary>
internal static class ProblemAnswers
{
    private const string MediaType = "application/problem+json";

    private static readonly (string Name, string Description)[] Shared =
    [
        ("Unreadable", "`unreadable`: the request could not be read."),
        ("Conflict", "`request_in_progress`: a request with the same Idempotency-Key is still running."),
        ("PayloadTooLarge", "`payload_too_large`: the body is too large."),
        ("UnsupportedMediaType", "`unsupported_media_type`: the body has another type."),
        ("Invalid", "`validation_failed`: read, but the values do not fit; `errors` names each by its place."),
        ("RateLimited", "`rate_limited`: too many requests; `Retry-After` says how long to wait."),
        ("Problem", "Any other error, for example 500 `internal_error` or 503 `database_unavailable`."),
    ];

    public static void Describe(JsonObject components)
    {
        components["schemas"]!["Problem"] = Schema();
        components["responses"] = new JsonObject(
            Shared.Select(answer =>
                KeyValuePair.Create<string, JsonNode?>(
                    answer.Name,
                    new JsonObject { ["description"] = answer.Description, ["content"] = Content() }
                )
            )
        );
    }

    public static void Add(string path, JsonObject operation)
    {
        var answers = operation["responses"] as JsonObject ?? [];
        operation["responses"] = answers;
        var parameters =
            operation["parameters"]?.AsArray().Select(parameter => (string?)parameter!["name"]).ToArray() ?? [];
        var hasBody = operation["requestBody"] is not null;
        foreach (var answer in answers.Where(answer => answer.Key[0] is '4' or '5').ToArray())
            answer.Value!["content"] = Content();
        if (parameters.Length > 0 || hasBody)
        {
            Add(answers, "400", "Unreadable");
            Add(answers, "422", "Invalid");
        }
        if (hasBody)
        {
            Add(answers, "413", "PayloadTooLarge");
            Add(answers, "415", "UnsupportedMediaType");
        }
        if (parameters.Contains("Idempotency-Key"))
            Add(answers, "409", "Conflict");
        if (path.StartsWith("/api/", StringComparison.Ordinal))
            Add(answers, "429", "RateLimited");
        Add(answers, "default", "Problem");
        operation["responses"] = new JsonObject(
            answers
                .OrderBy(answer => answer.Key, StringComparer.Ordinal)
                .Select(answer => KeyValuePair.Create(answer.Key, answer.Value?.DeepClone()))
        );
    }

    private static void Add(JsonObject answers, string status, string shared)
    {
        if (!answers.ContainsKey(status))
            answers[status] = new JsonObject { ["$ref"] = "#/components/responses/" + shared };
    }

    private static JsonObject Content() =>
        new()
        {
            [MediaType] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } },
        };

    private static JsonObject Schema() =>
        new()
        {
            ["type"] = "object",
            ["description"] = "An error (RFC 9457). Some codes have further members, named where they are answered.",
            ["required"] = new JsonArray("type", "title", "status", "detail", "error", "request_id"),
            ["properties"] = new JsonObject
            {
                ["type"] = Text("The code as a URN.", "urn:heretix:error:validation_failed"),
                ["title"] = Text("The code in words.", "Validation failed"),
                ["status"] = new JsonObject
                {
                    ["type"] = "integer",
                    ["description"] = "The HTTP status.",
                    ["examples"] = new JsonArray(422),
                },
                ["detail"] = Text("A sentence for people.", "The request was understood but its values were not."),
                ["error"] = Text("The code, in snake_case: what programs should look at.", "validation_failed"),
                ["errors"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "With `validation_failed`: what is wrong, by the place in the request.",
                    ["additionalProperties"] = new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = new JsonObject { ["type"] = "string" },
                    },
                    ["examples"] = new JsonArray(new JsonObject { ["claim"] = new JsonArray("is required") }),
                },
                ["request_id"] = Text("The id of the request, for reports.", "0190b6a000007000800000000000000a"),
            },
        };

    private static JsonObject Text(string description, string example) =>
        new()
        {
            ["type"] = "string",
            ["description"] = description,
            ["examples"] = new JsonArray(example),
        };
}
