using System.Net;
using System.Security.Cryptography;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Platform;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Http;

/// <summary>What every answer carries, and whose word is taken for what.</summary>
public sealed class HeaderTests(HeaderTests.Servers servers) : IClassFixture<HeaderTests.Servers>
{
    private const string App = "http://127.0.0.1:3000";

    /// <summary>A plain server, and one in production behind two trusted proxies.</summary>
    public sealed class Servers(PostgresCluster postgres) : IAsyncLifetime
    {
        public string Database { get; private set; } = "";
        public HeretixHost Plain { get; private set; } = null!;
        public HeretixHost Proxied { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var database = Database = postgres.Url(await postgres.CreateDatabaseAsync());
            Plain = await HeretixHost.StartAsync(database, routes: Map);
            Proxied = await HeretixHost.StartAsync(
                database,
                settings => settings with { Environment = "prod" },
                new Dictionary<string, string?>
                {
                    ["ENCRYPTION_KEY"] = Convert.ToBase64String(SHA256.HashData("a key of the tests"u8)),
                    ["Heretix:Platform:TrustedProxies"] = "127.0.0.1, 10.0.0.0/8",
                    ["Heretix:Platform:CorsOrigins:0"] = "https://one.example",
                    ["Heretix:Platform:CorsOrigins:1"] = "https://two.example:8443",
                },
                routes: Map
            );
        }

        internal static void Map(IEndpointRouteBuilder routes)
        {
            routes.MapGet(
                "/api/test/caller",
                (HttpContext context) =>
                    new
                    {
                        address = context.Connection.RemoteIpAddress!.ToString(),
                        context.Request.Scheme,
                        host = context.Request.Host.Value,
                    }
            );
            routes.MapPost("/api/test/caller", () => "done");
            routes.MapGet(
                "/test/own",
                (HttpContext context) =>
                {
                    context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
                    context.Response.Headers.CacheControl = "max-age=60";
                    return "own";
                }
            );
            routes.MapGet("/api/test/throws", string () => throw new InvalidDataException());
        }

        public async ValueTask DisposeAsync()
        {
            await Plain.DisposeAsync();
            await Proxied.DisposeAsync();
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HeretixHost host,
        string address,
        HttpMethod? method = null,
        params (string Name, string Value)[] headers
    )
    {
        using var client = host.Client();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, address.Relative());
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("/api/test/caller")]
    [InlineData("/api/test/throws")]
    [InlineData("/nothing")]
    public async Task Every_answer_tells_browsers_what_not_to_do(string address)
    {
        using var answer = await SendAsync(servers.Plain, address);
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        answer.Header("X-Frame-Options").ShouldBe("DENY");
        answer.Header("Referrer-Policy").ShouldBe("no-referrer");
        answer.Header("Permissions-Policy").ShouldContain("camera=()");
        answer.Header("Content-Security-Policy").ShouldContain("default-src 'none'");
        answer.Header("Content-Security-Policy").ShouldContain("frame-ancestors 'none'");
        answer.Header("Cache-Control").ShouldContain("no-store");
        answer.Header("Server").ShouldBe("");
        answer.Header("Strict-Transport-Security").ShouldBe("");
    }

    [Fact]
    public async Task What_an_endpoint_sets_itself_stays()
    {
        using var answer = await SendAsync(servers.Plain, "/test/own");
        answer.Header("Content-Security-Policy").ShouldBe("default-src 'self'");
        answer.Header("Cache-Control").ShouldBe("max-age=60");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
    }

    [Theory]
    [InlineData("abc-DEF_1.2", true)]
    [InlineData("with space", false)]
    [InlineData("<script>", false)]
    [InlineData("", false)]
    public async Task A_well_formed_request_id_is_kept_and_any_other_replaced(string given, bool kept)
    {
        using var answer = await SendAsync(servers.Plain, "/api/test/caller", null, ("X-Request-Id", given));
        var id = answer.Header("X-Request-Id");
        if (kept)
            id.ShouldBe(given);
        else
            id.ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public async Task A_request_id_of_more_than_128_characters_is_replaced()
    {
        using var kept = await SendAsync(servers.Plain, "/", null, ("X-Request-Id", new string('a', 128)));
        kept.Header("X-Request-Id").Length.ShouldBe(128);
        using var replaced = await SendAsync(servers.Plain, "/", null, ("X-Request-Id", new string('a', 129)));
        replaced.Header("X-Request-Id").Length.ShouldBe(32);
    }

    [Fact]
    public async Task A_problem_names_the_request_as_its_caller_did()
    {
        using var answer = await SendAsync(servers.Plain, "/api/test/throws", null, ("X-Request-Id", "mine"));
        var problem = await answer.ProblemAsync(500, "internal_error");
        ((string?)problem["request_id"]).ShouldBe("mine");
    }

    [Fact]
    public async Task A_preflight_of_an_allowed_origin_is_answered_and_may_be_kept()
    {
        using var answer = await SendAsync(
            servers.Plain,
            "/api/test/caller",
            HttpMethod.Options,
            ("Origin", App),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type,x-csrf-token,idempotency-key")
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Header("Access-Control-Allow-Origin").ShouldBe(App);
        answer.Header("Access-Control-Allow-Credentials").ShouldBe("true");
        answer.Header("Access-Control-Allow-Methods").ShouldContain("POST");
        answer.Header("Access-Control-Allow-Headers").ShouldContain("X-CSRF-Token");
        answer.Header("Access-Control-Max-Age").ShouldBe("7200");
    }

    [Theory]
    [InlineData("/api/test/caller")]
    [InlineData("/api/test/throws")]
    [InlineData("/api/nothing")]
    public async Task Answers_to_an_allowed_origin_can_be_read_errors_too(string address)
    {
        using var answer = await SendAsync(servers.Plain, address, null, ("Origin", App));
        answer.Header("Access-Control-Allow-Origin").ShouldBe(App);
        var exposed = answer.Header("Access-Control-Expose-Headers");
        foreach (var name in (string[])["X-Request-Id", "X-RateLimit-Remaining", "Retry-After", "Idempotency-Replayed"])
            exposed.ShouldContain(name);
    }

    [Theory]
    [InlineData("http://127.0.0.1:3001")]
    [InlineData("https://127.0.0.1:3000")]
    [InlineData("http://127.0.0.1:3000.evil.example")]
    [InlineData("null")]
    public async Task Another_origin_is_told_nothing(string origin)
    {
        using var answer = await SendAsync(servers.Plain, "/api/test/caller", null, ("Origin", origin));
        answer.Header("Access-Control-Allow-Origin").ShouldBe("");
        answer.Header("Access-Control-Allow-Credentials").ShouldBe("");
    }

    [Theory]
    [InlineData("https://one.example", true)]
    [InlineData("https://two.example:8443", true)]
    [InlineData("https://two.example", false)]
    [InlineData(App, false)]
    public async Task Production_allows_the_configured_origins_alone(string origin, bool allowed)
    {
        using var answer = await SendAsync(servers.Proxied, "/api/test/caller", null, ("Origin", origin));
        answer.Header("Access-Control-Allow-Origin").ShouldBe(allowed ? origin : "");
        answer.Header("Vary").ShouldBe(allowed ? "Origin" : "");
    }

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("::1")]
    public async Task Without_trusted_proxies_forwarded_headers_mean_nothing(string claimed)
    {
        using var answer = await SendAsync(
            servers.Plain,
            "/api/test/caller",
            null,
            ("X-Forwarded-For", claimed),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", $"for={claimed};proto=https")
        );
        var caller = await answer.JsonAsync();
        ((string?)caller["address"]).ShouldBe("127.0.0.1");
        ((string?)caller["scheme"]).ShouldBe("http");
        ((string?)caller["host"]).ShouldStartWith("127.0.0.1:");
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    // The caller put an address in front; the proxy appended where it really came from.
    [InlineData("198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1, 203.0.113.9", "203.0.113.9")]
    // Through both proxies: the inner one's address is trusted, what stands left of it is the caller.
    [InlineData("198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("10.9.9.9, 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("not-an-address", "127.0.0.1")]
    [InlineData("203.0.113.9, not-an-address", "127.0.0.1")]
    public async Task Behind_trusted_proxies_the_caller_is_the_rightmost_address_that_is_not_one_of_them(
        string forwarded,
        string expected
    )
    {
        using var answer = await SendAsync(
            servers.Proxied,
            "/api/test/caller",
            null,
            ("X-Forwarded-For", forwarded),
            ("X-Forwarded-Host", "evil.example")
        );
        var caller = await answer.JsonAsync();
        ((string?)caller["address"]).ShouldBe(expected);
        ((string?)caller["host"]).ShouldStartWith("127.0.0.1:");
    }

    [Fact]
    public async Task Production_says_once_that_a_proxy_is_not_trusted()
    {
        var logs = new KeptLogs();
        await using var host = await HeretixHost.StartAsync(
            servers.Database,
            settings => settings with { Environment = "prod" },
            new Dictionary<string, string?>
            {
                ["ENCRYPTION_KEY"] = Convert.ToBase64String(SHA256.HashData("a key of the tests"u8)),
                ["Heretix:Platform:TrustedProxies"] = "10.0.0.0/8",
            },
            services => services.AddLogging(logging => logging.AddProvider(logs)),
            routes: Servers.Map
        );
        for (var number = 0; number < 3; number++)
        {
            using var answer = await SendAsync(host, "/api/test/caller", null, ("X-Forwarded-For", "203.0.113.9"));
            ((string?)(await answer.JsonAsync())["address"]).ShouldBe("127.0.0.1");
        }
        logs.Lines.Count(line => line.Message.Contains("TrustedProxies", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("prod", "0.0.0.0/0", true)]
    [InlineData("prod", "10.0.0.0/8, ::/0", true)]
    [InlineData("prod", "10.0.0.0/8", false)]
    [InlineData("local", "0.0.0.0/0", false)]
    public async Task Production_does_not_believe_the_whole_Internet(string environment, string proxies, bool refused)
    {
        var reading = ServerSettingsReader.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["APP_ENV"] = environment,
                        ["Heretix:Platform:TrustedProxies"] = proxies,
                    }
                )
                .Build(),
            new SettingsOverrides()
        );
        IReadOnlyList<string> problems = [];
        try
        {
            await SettingsValidation.RequireAsync(reading, (services, settings) => services.AddHttpRules(settings));
        }
        catch (ConfigurationException faults)
        {
            problems = faults.Problems;
        }
        problems.Any(problem => problem.Contains("TrustedProxies", StringComparison.Ordinal)).ShouldBe(refused);
    }

    [Fact]
    public async Task Https_at_a_trusted_proxy_in_production_asks_browsers_to_stay_with_it()
    {
        using var secure = await SendAsync(
            servers.Proxied,
            "/api/test/caller",
            null,
            ("X-Forwarded-For", "203.0.113.9"),
            ("X-Forwarded-Proto", "https")
        );
        ((string?)(await secure.JsonAsync())["scheme"]).ShouldBe("https");
        secure.Header("Strict-Transport-Security").ShouldStartWith("max-age=31536000");
        using var plain = await SendAsync(servers.Proxied, "/api/test/caller");
        plain.Header("Strict-Transport-Security").ShouldBe("");
    }
}
