using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Heretix.Platform.Http;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Http;

/// <summary>Whatever goes wrong, the answer has one shape.</summary>
public sealed class ErrorTests(ErrorTests.Failing failing) : IClassFixture<ErrorTests.Failing>
{
    private readonly HttpClient client = failing.Client;

    public enum Mode
    {
        Baseline,
        WebInformed,
    }

    public sealed record Inner([property: Range(1, 9)] int Weight);

    public sealed record Order(
        [property: StringLength(10, MinimumLength = 1)] string Claim,
        [property: Range(1, 64)] int K,
        ulong? Seed,
        DateTimeOffset? At = null,
        Mode Mode = Mode.Baseline,
        IReadOnlyList<Inner>? Parts = null
    ) : IValidated
    {
        public void Validate(Validation validation) => validation.Check(K != 13, "k", "must not be 13");
    }

    /// <summary>A server with endpoints that fail in every way.</summary>
    public sealed class Failing(PostgresCluster postgres) : IAsyncLifetime
    {
        private HeretixHost host = null!;

        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            host = await HeretixHost.StartAsync(
                postgres.Url(await postgres.CreateDatabaseAsync()),
                routes: routes =>
                {
                    routes.MapPost("/api/test/orders", (Order order) => TypedResults.Ok(order)).Validated<Order>();
                    routes.MapGet("/api/test/list", (int? limit, Guid id) => TypedResults.Ok(new { limit, id }));
                    routes.MapGet("/api/test/fails", IResult () => throw new InvalidDataException("secret detail"));
                    routes.MapGet("/api/test/full", IResult () => throw Exhausted());
                    routes.MapGet("/api/test/refused", IResult () => throw new TimeoutException("x", Unreachable()));
                    routes.MapGet("/api/test/bare/{status:int}", (int status) => TypedResults.StatusCode(status));
                    routes.MapPost("/api/test/large", (Order order) => TypedResults.Ok(order)).BodyLimit(4_000_000);
                }
            );
            Client = host.Client();
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await host.DisposeAsync();
        }

        private static NpgsqlException Exhausted() =>
            new("The connection pool has been exhausted", new TimeoutException("waited"));

        private static NpgsqlException Unreachable() =>
            new("Failed to connect", new SocketException((int)SocketError.ConnectionRefused));
    }

    private Task<HttpResponseMessage> PostAsync(string body, string address = "/api/test/orders") =>
        client.PostAsync(address.Relative(), body.AsJson(), TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> GetAsync(string address) =>
        client.GetAsync(address.Relative(), TestContext.Current.CancellationToken);

    [Fact]
    public async Task What_is_read_and_written_has_one_form()
    {
        using var answer = await PostAsync(
            """{"claim":"a<é","k":3,"seed":"18446744073709551615","at":"2026-01-31T12:00:00+02:00","mode":"web_informed","unknown":1}"""
        );
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldBe(
            """{"claim":"a\u003Cé","k":3,"seed":"18446744073709551615","at":"2026-01-31T10:00:00Z","mode":"web_informed","parts":null}"""
        );
        using var second = await PostAsync("""{"claim":"a","k":3,"seed":7,"at":"2026-01-31T12:00:00"}""");
        var read = await second.JsonAsync();
        ((string?)read["seed"]).ShouldBe("7");
        ((string?)read["at"]).ShouldBe("2026-01-31T12:00:00Z");
    }

    [Theory]
    [InlineData("{", "line 1, byte 2")]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("""{"claim":"a","k":NaN}""", "byte 18")]
    [InlineData("""{"claim":"a","k":3,"k":4}""", "twice")]
    [InlineData("""{"claim":"a",}""", "valid JSON")]
    public async Task Text_that_is_not_one_json_value_is_unreadable(string body, string expected)
    {
        using var answer = await PostAsync(body);
        var problem = await answer.ProblemAsync(400, "unreadable");
        ((string)problem["detail"]!).ShouldContain(expected);
    }

    [Fact]
    public async Task Json_that_is_nested_too_deeply_is_unreadable()
    {
        var deep = new StringBuilder().Append('[', 40).Append(']', 40);
        using var answer = await PostAsync($$"""{"claim":"a","k":3,"unknown":{{deep}}}""");
        await answer.ProblemAsync(400, "unreadable");
    }

    [Theory]
    [InlineData("{}", "claim", "is required")]
    [InlineData("{}", "k", "is required")]
    [InlineData("""{"claim":null,"k":3}""", "claim", "must not be null")]
    [InlineData("""{"claim":7,"k":3}""", "claim", "must be a string")]
    [InlineData("""{"claim":"a","k":"3"}""", "k", "must be a whole number in range")]
    [InlineData("""{"claim":"a","k":3.5}""", "k", "must be a whole number in range")]
    [InlineData("""{"claim":"a","k":30000000000}""", "k", "must be a whole number in range")]
    [InlineData("""{"claim":"a","k":3,"seed":-1}""", "seed", "must be a whole number from 0")]
    [InlineData("""{"claim":"a","k":3,"at":"yesterday"}""", "at", "must be a time such as")]
    [InlineData("""{"claim":"a","k":3,"mode":"other"}""", "mode", "must be one of baseline, web_informed")]
    [InlineData("""{"claim":"a","k":3,"parts":[{"weight":1},{"weight":"x"}]}""", "parts[1].weight", "must be a whole")]
    [InlineData("""{"claim":"a","k":3,"parts":[{}]}""", "parts[0].weight", "is required")]
    [InlineData("[]", "body", "must be an object")]
    [InlineData("""{"claim":"a","k":3,"parts":{}}""", "parts", "must be a list")]
    [InlineData("""{"claim":"a","k":0}""", "k", "between 1 and 64")]
    [InlineData("""{"claim":"","k":99}""", "claim", "minimum length of 1")]
    [InlineData("""{"claim":"","k":99}""", "k", "between 1 and 64")]
    [InlineData("""{"claim":"a","k":3,"parts":[{"weight":10}]}""", "parts[0].weight", "between 1 and 9")]
    [InlineData("""{"claim":"a","k":13}""", "k", "must not be 13")]
    public async Task Values_that_do_not_fit_are_named_by_their_place(string body, string member, string expected)
    {
        using var answer = await PostAsync(body);
        var problem = await answer.ProblemAsync(422, "validation_failed");
        var errors = problem["errors"]!.AsObject();
        errors.Select(error => error.Key).ShouldContain(member);
        ((string)errors[member]![0]!).ShouldContain(expected);
    }

    [Theory]
    [InlineData("/api/test/list?limit=abc&id=0190b6a0-0000-7000-8000-000000000000", "limit")]
    [InlineData("/api/test/list?id=abc", "id")]
    [InlineData("/api/test/list?limit=1", "id")]
    public async Task Parameters_that_do_not_fit_are_named(string address, string parameter)
    {
        using var answer = await GetAsync(address);
        var problem = await answer.ProblemAsync(422, "validation_failed");
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe([parameter]);
    }

    [Theory]
    [InlineData("/nothing", 404, "not_found")]
    [InlineData("/api/nothing", 404, "not_found")]
    [InlineData("/api/test/bare/403", 403, "forbidden")]
    [InlineData("/api/test/bare/418", 418, "i'm_a_teapot")]
    [InlineData("/api/test/bare/406", 406, "not_acceptable")]
    public async Task A_bare_status_gets_a_body(string address, int status, string error)
    {
        using var answer = await GetAsync(address);
        await answer.ProblemAsync(status, error);
    }

    [Fact]
    public async Task Another_method_is_told_which_ones_work()
    {
        using var answer = await GetAsync("/api/test/orders");
        var problem = await answer.ProblemAsync(405, "method_not_allowed");
        answer.Header("Allow").ShouldBe("POST");
        ((string)problem["detail"]!).ShouldContain("POST");
    }

    [Fact]
    public async Task Another_type_of_body_is_refused()
    {
        using var body = new StringContent("claim=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await client.PostAsync(
            "/api/test/orders".Relative(),
            body,
            TestContext.Current.CancellationToken
        );
        await answer.ProblemAsync(415, "unsupported_media_type");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused_with_and_without_a_stated_length(bool chunked)
    {
        var large = $$"""{"claim":"{{new string('a', 1_200_000)}}","k":3}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/test/orders".Relative())
        {
            Content = large.AsJson(),
        };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await answer.ProblemAsync(413, "payload_too_large");
        ((string)problem["detail"]!).ShouldContain("1,048,576");

        // An endpoint that takes more reads it.
        using var taken = await PostAsync(large, "/api/test/large");
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_failure_of_ours_tells_nothing_of_its_inside()
    {
        using var answer = await GetAsync("/api/test/fails");
        await answer.ProblemAsync(500, "internal_error");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("/api/test/full")]
    [InlineData("/api/test/refused")]
    public async Task A_database_out_of_reach_asks_to_come_back(string address)
    {
        using var answer = await GetAsync(address);
        await answer.ProblemAsync(503, "database_unavailable");
        answer.Header("Retry-After").ShouldBe("2");
    }

    [Fact]
    public void Problems_name_further_members_as_they_are()
    {
        var problem = Problem.Of(402, "limit_reached", "Used up.", ("plan", "trial"), ("required", 3));
        problem.ProblemDetails.Extensions["plan"].ShouldBe("trial");
        problem.ProblemDetails.Title.ShouldBe("Limit reached");
    }

    [Fact]
    public async Task Errors_of_several_members_come_together()
    {
        using var answer = await PostAsync("""{"claim":"","k":99}""");
        var problem = await answer.ProblemAsync(422, "validation_failed");
        problem["errors"]!.AsObject().Count.ShouldBe(2);
        problem["errors"]!.GetValueKind().ShouldBe(System.Text.Json.JsonValueKind.Object);
        problem["errors"]!["k"].ShouldBeOfType<JsonArray>();
    }
}
