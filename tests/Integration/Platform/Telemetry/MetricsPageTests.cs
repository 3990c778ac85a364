using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Platform.Telemetry;

/// <summary>The metrics page of the running server.</summary>
public sealed class MetricsPageTests(PostgresCluster postgres)
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promtool_has_no_complaint_about_the_page_of_a_running_server()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        using var client = host.Client();
        await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
        await client.GetAsync(new Uri("/nothing-here", UriKind.Relative), Stop);
        await using (var db = host.OpenDb())
            (await db.Set<Heretix.Accounts.Users.User>().CountAsync(Stop)).ShouldBe(0);
        await PageAsync(client);
        var page = await PageAsync(client);

        var (status, complaints) = await PromtoolAsync(page);
        complaints.ShouldBe("");
        status.ShouldBe(0);
        page.ShouldContain("# TYPE http_request_duration_seconds histogram\n");
        page.ShouldContain("# TYPE http_server_request_duration_seconds histogram\n");
        page.ShouldContain("# TYPE dotnet_gc_collections_total counter\n");
        page.ShouldContain("# TYPE kestrel_active_connections gauge\n");
        page.ShouldContain("\ndb_query_duration_seconds_count{");
        page.ShouldContain("\ndb_pool_size ");
        page.ShouldContain("\ndb_pool_checked_out ");
        page.ShouldContain("pool_name=\"heretix requests\"");
        page.ShouldNotContain("Host=");
        page.ShouldContain("\nheretix_build_info{environment=\"test\",role=\"all\",version=\"0.1.0\"} 1\n");
        page.ShouldContain("http_requests_total{method=\"GET\",path=\"/health/ready\",status=\"200\"} 1\n");
        page.ShouldContain("http_requests_total{method=\"GET\",path=\"__unmatched__\",status=\"404\"} 1\n");
    }

    [Fact]
    public async Task Whatever_a_label_holds_promtool_can_read_the_page()
    {
        await using var host = await PlatformHost.StartAsync();
        var meter = host.Services.GetRequiredService<IMeterFactory>().Create("Heretix.Hostile");
        var counter = meter.CreateCounter<long>("hostile.requests", "{request}", "One \\ two \n three");
        counter.Add(1, [new("quoted", "a\"b\\c\nd"), new("le", "5"), new("CamelCase", true), new("0digit", 1.5)]);
        counter.Add(1, [new("lone", "\ud800"), new("né", "ü"), new("two.names", "a"), new("two_names", "b")]);
        using var client = host.Client();
        var page = await PageAsync(client);

        page.ShouldContain("# HELP hostile_requests_total One \\\\ two   three\n");
        page.ShouldContain("quoted=\"a\\\"b\\\\c\\nd\"");
        page.ShouldContain("exported_le=\"5\"");
        page.ShouldContain("two_names=\"a;b\"");
        var (status, complaints) = await PromtoolAsync(page);
        complaints.ShouldBe("");
        status.ShouldBe(0);
    }

    [Fact]
    public async Task Requests_that_a_later_part_rejects_or_that_fail_count_under_their_templates()
    {
        await using var host = await PlatformHost.StartAsync(
            services: services => services.AddProblemDetails(),
            pipeline: app =>
            {
                app.UseExceptionHandler();
                app.Use(
                    (context, next) =>
                    {
                        if (!context.Request.Headers.ContainsKey("X-Rejected"))
                            return next(context);
                        context.Response.StatusCode = 403;
                        return Task.CompletedTask;
                    }
                );
                app.MapPost("/things/{id:guid}", (Guid id) => "made");
                app.MapGet("/broken/{id}", string (string id) => throw new InvalidOperationException(id));
            }
        );
        using var client = host.Client();
        for (var i = 0; i < 20; i++)
        {
            using var rejected = new HttpRequestMessage(HttpMethod.Post, $"/things/{Guid.NewGuid()}");
            rejected.Headers.Add("X-Rejected", "yes");
            (await client.SendAsync(rejected, Stop)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            await client.PostAsync(new Uri($"/things/{Guid.NewGuid()}", UriKind.Relative), null, Stop);
            await client.GetAsync(new Uri($"/broken/{i}", UriKind.Relative), Stop);
            await client.GetAsync(new Uri($"/{Guid.NewGuid()}", UriKind.Relative), Stop);
        }
        using var strange = new HttpRequestMessage(new HttpMethod("BREW"), "/nowhere");
        await client.SendAsync(strange, Stop);

        var page = await PageAsync(client);
        page.ShouldContain("http_requests_total{method=\"POST\",path=\"/things/{id:guid}\",status=\"403\"} 20\n");
        page.ShouldContain("http_requests_total{method=\"POST\",path=\"/things/{id:guid}\",status=\"200\"} 20\n");
        page.ShouldContain("http_requests_total{method=\"GET\",path=\"/broken/{id}\",status=\"500\"} 20\n");
        page.ShouldContain("http_requests_total{method=\"GET\",path=\"__unmatched__\",status=\"404\"} 20\n");
        page.ShouldContain("http_requests_total{method=\"_OTHER\",path=\"__unmatched__\",status=\"404\"} 1\n");
        page.ShouldContain(
            "http_request_duration_seconds_count{method=\"POST\",path=\"/things/{id:guid}\",status=\"403\"} 20\n"
        );
        page.ShouldContain(
            "http_request_duration_seconds_bucket{method=\"POST\",path=\"/things/{id:guid}\",status=\"403\",le=\"+Inf\"} 20\n"
        );
    }

    [Theory]
    [InlineData(null, null, null, 200)]
    [InlineData("Authorization", "Bearer " + Token, null, 200)]
    [InlineData("X-Forwarded-For", "203.0.113.7", null, 401)]
    [InlineData("X-Forwarded-For", "127.0.0.1", null, 401)]
    [InlineData("Forwarded", "for=127.0.0.1", null, 401)]
    [InlineData("X-Original-For", "127.0.0.1:5", null, 401)]
    [InlineData(null, null, "attacker.example", 401)]
    [InlineData("Authorization", "Bearer " + Token, "metrics.example", 200)]
    [InlineData("Authorization", "Bearer wrong", "metrics.example", 401)]
    [InlineData("Authorization", "Bearer", "metrics.example", 401)]
    [InlineData("Authorization", "Basic " + Token, "metrics.example", 401)]
    public async Task Metrics_are_for_this_machine_and_for_holders_of_the_token(
        string? header,
        string? value,
        string? name,
        int expected
    )
    {
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["METRICS_TOKEN"] = Token }
        );
        using var client = host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        request.Headers.Host = name;
        using var answer = await client.SendAsync(request, Stop);
        ((int)answer.StatusCode).ShouldBe(expected);
        if (expected == 200)
            answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        else
            answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().ShouldBe(new AuthenticationHeaderValue("Bearer"));
    }

    [Fact]
    public async Task In_production_the_token_is_asked_for_on_this_machine_too()
    {
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["METRICS_TOKEN"] = Token },
            environment: "prod"
        );
        using var client = host.Client();
        using var refused = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Stop);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_token_in_the_configuration_no_token_opens_the_page()
    {
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["METRICS_TOKEN"] = "" }
        );
        using var client = host.Client();
        foreach (var value in new[] { "Bearer ", "Bearer x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Authorization", value);
            request.Headers.Host = "metrics.example";
            using var answer = await client.SendAsync(request, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Two_servers_in_one_process_count_apart()
    {
        await using var first = await PlatformHost.StartAsync(pipeline: app => app.MapGet("/mine", () => "yes"));
        await using var second = await PlatformHost.StartAsync(pipeline: app => app.MapGet("/mine", () => "yes"));
        using var one = first.Client();
        using var two = second.Client();
        await one.GetStringAsync(new Uri("/mine", UriKind.Relative), Stop);
        (await PageAsync(one)).ShouldContain("path=\"/mine\"");
        (await PageAsync(two)).ShouldNotContain("path=\"/mine\"");
    }

    private static Task<string> PageAsync(HttpClient client) =>
        client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);

    private static async Task<(int Status, string Complaints)> PromtoolAsync(string page)
    {
        using var promtool = Process.Start(
            new ProcessStartInfo(ServerBinaries.OnPath("promtool"), ["check", "metrics"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var said = promtool.StandardOutput.ReadToEndAsync(Stop);
        var complained = promtool.StandardError.ReadToEndAsync(Stop);
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(Stop);
        return (promtool.ExitCode, await said + await complained);
    }
}
