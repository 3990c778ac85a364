using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Heretix.Platform.Http;
using Heretix.Platform.Http.OpenApi;
using Heretix.Platform.Http.Paging;
using Heretix.Tests.Compatibility;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Http;

/// <summary>The API describes itself, completely, and keeps what it once promised.</summary>
public sealed class ApiDocumentTests(PostgresCluster postgres)
{
    /// <summary>Asks a model.</summary>
    /// <param name="Claim">What to ask about.</param>
    /// <param name="Seed">The seed, see <see cref="Answered"/>.</param>
    /// <param name="Kind">How to ask.</param>
    public sealed record Asked(
        [property: StringLength(1000, MinimumLength = 1)] string Claim,
        ulong? Seed = null,
        Kind Kind = Kind.Baseline
    );

    /// <summary>What came of it.</summary>
    public sealed record Answered(Guid Id, ulong Seed, DateTimeOffset At, string? Note);

    public enum Kind
    {
        Baseline,
        WebInformed,
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/api/test/questions", (Asked asked) => new Answered(Guid.Empty, 1, default, asked.Claim))
            .Idempotent()
            .Example(new Asked("Octopuses can learn", 7))
            .ProducesProblem(402);
        routes
            .MapGet("/api/test/questions", ([AsParameters] PageQuery query) => new Page<Answered>([], query.Cursor))
            .WithSummary("Lists questions");
        routes.MapDelete("/api/test/questions/{id:guid}", (Guid id) => TypedResults.NoContent());
    }

    private async Task<JsonObject> DocumentAsync(Action<IEndpointRouteBuilder>? routes = null)
    {
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            routes: routes
        );
        using var client = host.Client();
        using var answer = await client.GetAsync("/openapi/v1.json".Relative(), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.JsonAsync();
    }

    [Fact]
    public async Task The_server_serves_what_the_committed_document_promises()
    {
        var served = await DocumentAsync();
        if (Environment.GetEnvironmentVariable("HERETIX_UPDATE_OPENAPI") is { Length: > 0 } target)
            await File.WriteAllTextAsync(target, Text(served), TestContext.Current.CancellationToken);
        var promised = JsonNode
            .Parse(await File.ReadAllTextAsync(Snapshot, TestContext.Current.CancellationToken))!
            .AsObject();
        ApiCompatibility
            .Breaks(promised, served)
            .ShouldBeEmpty("Clients would break. When that is meant: scripts/update-openapi");
        // What is not written down could go unnoticed later.
        Addresses(served)
            .ShouldBe(Addresses(promised), "docs/openapi.json does not know every address: scripts/update-openapi");
    }

    private static string Snapshot =>
        Environment.GetEnvironmentVariable("HERETIX_UPDATE_OPENAPI") is { Length: > 0 } target
            ? target
            : Path.Combine(AppContext.BaseDirectory, "openapi.json");

    private static string Text(JsonObject document) =>
        document.ToJsonString(
            new System.Text.Json.JsonSerializerOptions
            {
                WriteIndented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        ) + "\n";

    private static List<string> Addresses(JsonObject document) =>
        [
            .. from path in document["paths"]!.AsObject()
            from method in path.Value!.AsObject()
            orderby path.Key, method.Key
            select $"{method.Key} {path.Key}",
        ];

    [Fact]
    public async Task Every_operation_has_an_id_a_summary_a_tag_and_the_errors_it_may_answer()
    {
        var document = await DocumentAsync(Map);
        ((string?)document["openapi"]).ShouldStartWith("3.1.");
        var ids = new List<string>();
        foreach (var (path, operation) in Operations(document))
        {
            ids.Add((string)operation["operationId"]!);
            ((string?)operation["summary"]).ShouldNotBeNullOrWhiteSpace(path);
            operation["tags"]!.AsArray().Count.ShouldBe(1);
            var answers = operation["responses"]!.AsObject();
            ((string?)answers["default"]!["$ref"]).ShouldBe("#/components/responses/Problem");
            if (path.StartsWith("/api/", StringComparison.Ordinal))
                answers.ContainsKey("429").ShouldBeTrue(path);
        }
        ids.ShouldBeUnique();
        ids.ShouldContain("postTestQuestions");
        ids.ShouldContain("deleteTestQuestionsById");
        var tags = document["tags"]!.AsArray().Select(tag => (string)tag!["name"]!).ToArray();
        tags.ShouldContain("test");
        tags.ShouldBe(tags.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Types_are_described_as_they_are_on_the_wire()
    {
        var document = await DocumentAsync(Map);
        var schemas = document["components"]!["schemas"]!;
        var asked = schemas["Asked"]!;
        ((string?)asked["description"]).ShouldBe("Asks a model.");
        ((string?)asked["properties"]!["claim"]!["description"]).ShouldBe("What to ask about.");
        ((string?)asked["properties"]!["seed"]!["description"]).ShouldBe("The seed, see Answered.");
        ((int?)asked["properties"]!["claim"]!["maxLength"]).ShouldBe(1000);
        ((int?)asked["properties"]!["claim"]!["minLength"]).ShouldBe(1);
        asked["required"]!.AsArray().Select(name => (string)name!).ShouldBe(["claim"]);
        asked["properties"]!["seed"]!["type"]!
            .AsArray()
            .Select(name => (string)name!)
            .ShouldBe(["null", "string"], true);
        schemas["Kind"]!["enum"]!.AsArray().Select(name => (string)name!).ShouldBe(["baseline", "web_informed"]);

        var answered = schemas["Answered"]!;
        answered["required"]!.AsArray().Select(name => (string)name!).ShouldBe(["id", "seed", "at", "note"]);
        ((string?)answered["properties"]!["seed"]!["type"]).ShouldBe("string");
        ((string?)answered["properties"]!["at"]!["format"]).ShouldBe("date-time");
        schemas.AsObject().Select(schema => schema.Key).ShouldContain("PageOfAnswered");
        schemas.AsObject().Select(schema => schema.Key).ShouldNotContain("ProblemDetails");
    }

    [Fact]
    public async Task What_filters_take_and_refuse_is_described_too()
    {
        var document = await DocumentAsync(Map);
        var post = document["paths"]!["/api/test/questions"]!["post"]!;
        var key = post["parameters"]!.AsArray().Single(parameter => (string?)parameter!["name"] == "Idempotency-Key");
        ((int?)key!["schema"]!["maxLength"]).ShouldBe(255);
        post["responses"]!
            .AsObject()
            .Select(answer => answer.Key)
            .ShouldBe(["200", "400", "402", "409", "413", "415", "422", "429", "default"]);
        ((string?)post["responses"]!["402"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]).ShouldBe(
            "#/components/schemas/Problem"
        );
        ((string?)post["requestBody"]!["content"]!["application/json"]!["example"]!["seed"]).ShouldBe("7");
        var list = document["paths"]!["/api/test/questions"]!["get"]!["parameters"]!.AsArray();
        var limit = list.Single(parameter => (string?)parameter!["name"] == "limit")!["schema"]!;
        ((int?)limit["maximum"]).ShouldBe(100);
    }

    [Fact]
    public async Task The_document_lints_clean()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("heretix-openapi-").FullName, "openapi.json");
        await File.WriteAllTextAsync(file, Text(await DocumentAsync(Map)), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(Repository(), "node_modules", "@redocly", "cli", "bin", "cli.js"),
                "lint",
                "--config",
                Path.Combine(Repository(), "redocly.yaml"),
                file,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["REDOCLY_TELEMETRY"] = "off";
        start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true";
        using var lint = Process.Start(start)!;
        var errors = lint.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await lint.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await lint.WaitForExitAsync(TestContext.Current.CancellationToken);
        lint.ExitCode.ShouldBe(0, text);
        text.ShouldContain("is valid");
        text.ShouldNotContain("You have", Case.Sensitive, text);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [Fact]
    public async Task Two_servers_write_the_same_document_to_the_byte()
    {
        var first = await DocumentAsync(Map);
        var second = await DocumentAsync(Map);
        Text(first).ShouldBe(Text(second));
    }

    [Fact]
    public async Task A_client_that_has_the_document_is_told_so()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        using var client = host.Client();
        using var first = await client.GetAsync("/openapi/v1.json".Relative(), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json".Relative());
        request.Headers.TryAddWithoutValidation("If-None-Match", first.Header("ETag"));
        using var second = await client.SendAsync(request, TestContext.Current.CancellationToken);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    private static IEnumerable<(string Path, JsonObject Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Value!.AsObject());
}
