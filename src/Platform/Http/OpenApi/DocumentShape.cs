using System.Text.Json.Nodes;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>
/// Completes the generated document: what it is about, how callers say who they are, the one form of errors, and an order
/// that depends on nothing but the names.
/// </summary>
internal static class DocumentShape
{
    private static readonly (string Name, string Description)[] Rooms =
    [
        ("account", "The account as a whole: export and deletion."),
        ("auth", "Signing in and out, sessions."),
        ("billing", "Plans, subscriptions and what they cost."),
        ("checks", "What a model believes about a claim, and how sure that figure is."),
        ("me", "Who is calling and what they may use."),
        ("server", "The server itself."),
    ];

    private static readonly string[] Order = ["openapi", "info", "servers", "security", "tags", "paths", "components"];

    public static void Complete(JsonObject document)
    {
        document["info"] = new JsonObject
        {
            ["title"] = "Heretix",
            ["version"] = "1.0.0",
            ["summary"] =
                "One account, one bill, and services that put a language model to work and account for every call.",
            ["description"] =
                "Errors are problems (RFC 9457) with a code in `error` and a sentence in `detail`. Times are UTC. Unsigned "
                + "64-bit numbers are decimal strings. Lists are read page by page with `limit` and `cursor`.",
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        };
        document["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This server" });

        var components = Child(document, "components");
        var schemas = Child(components, "schemas");
        schemas.Remove("ProblemDetails");
        schemas.Remove("HttpValidationProblemDetails");
        ProblemAnswers.Describe(components);
        var paths = Child(document, "paths");
        foreach (var (path, operation) in OperationsOf(paths))
            ProblemAnswers.Add(path, operation);
        WhoCalls(document, components);
        AnsweredMembers.Require(paths, schemas);

        document["paths"] = Sorted(paths);
        foreach (var part in components.Select(part => part.Key).ToArray())
            components[part] = Sorted(components[part]!.AsObject());
        document["tags"] = Tags(paths);
        foreach (var part in Order.Where(document.ContainsKey))
        {
            var content = document[part];
            document.Remove(part);
            document[part] = content;
        }
    }

    internal static IEnumerable<(string Path, JsonObject Operation)> OperationsOf(JsonObject paths) =>
        from path in paths
        from member in path.Value!.AsObject()
        where member.Key is "get" or "put" or "post" or "delete" or "patch" or "head" or "options"
        select (path.Key, member.Value!.AsObject());

    private static void WhoCalls(JsonObject document, JsonObject components)
    {
        components["securitySchemes"] = new JsonObject
        {
            ["session"] = new JsonObject
            {
                ["type"] = "apiKey",
                ["in"] = "cookie",
                ["name"] = "heretix_session",
                ["description"] =
                    "The session of a browser (`__Host-heretix_session` over https). Requests that change something also "
                    + "need `X-CSRF-Token` with the value of the cookie `heretix_csrf`, and an `Origin` that is allowed.",
            },
            ["token"] = new JsonObject
            {
                ["type"] = "http",
                ["scheme"] = "bearer",
                ["description"] =
                    "The access token of an API client, which every way to sign in gives with `?tokens=true`, or the "
                    + "token of an issuer that is trusted with requests, such as Clerk. It comes before "
                    + "a cookie, needs no CSRF token, and is answered 401 `invalid_token` wherever it is not valid.",
            },
        };
        // None is needed where anonymous callers are served.
        document["security"] = new JsonArray(
            new JsonObject(),
            new JsonObject { ["session"] = new JsonArray() },
            new JsonObject { ["token"] = new JsonArray() }
        );
    }

    private static JsonArray Tags(JsonObject paths)
    {
        var described = Rooms.ToDictionary(room => room.Name, room => room.Description);
        var used = OperationsOf(paths)
            .SelectMany(entry => entry.Operation["tags"]?.AsArray().Select(tag => (string)tag!) ?? [])
            .Distinct()
            .Order(StringComparer.Ordinal);
        return
        [
            .. used.Select(name => new JsonObject
            {
                ["name"] = name,
                ["description"] = described.GetValueOrDefault(name, $"Everything under /api/{name}."),
            }),
        ];
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject there)
            return there;
        var child = new JsonObject();
        parent[name] = child;
        return child;
    }

    private static JsonObject Sorted(JsonObject members) =>
        new(
            members
                .OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
        );
}
