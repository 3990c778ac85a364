using System.Globalization;
using System.Net;
using System.Text.Json;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;

namespace Heretix.Tests.Integration.Platform;

/// <summary>Limits on the wire, with the middleware as the server uses it.</summary>
public sealed class LimitMiddlewareTests : IAsyncDisposable
{
    private WebApplication? app;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_says_what_is_left_and_the_one_too_many_when_to_come_again()
    {
        using var client = await StartAsync(("api:Permits", "2"));
        foreach (var left in (int[])[1, 0])
        {
            using var answer = await client.GetAsync("/api/plain", Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            Header(answer, "X-RateLimit-Limit").ShouldBe(2);
            Header(answer, "X-RateLimit-Remaining").ShouldBe(left);
            (Header(answer, "X-RateLimit-Reset") - DateTimeOffset.UtcNow.ToUnixTimeSeconds()).ShouldBeInRange(1, 61);
            answer.Headers.RetryAfter.ShouldBeNull();
        }
        using var refused = await client.GetAsync("/api/plain", Stop);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        Header(refused, "X-RateLimit-Remaining").ShouldBe(0);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("error").GetString().ShouldBe("rate_limited");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("2 are allowed");
    }

    [Fact]
    public async Task A_template_has_one_count_for_all_its_paths_and_unknown_paths_under_api_count_too()
    {
        using var client = await StartAsync(("api:Permits", "3"));
        (await Status(client, "/api/items/1")).ShouldBe(200);
        (await Status(client, "/api/items/2")).ShouldBe(200);
        (await Status(client, "/api/nothing")).ShouldBe(404);
        (await Status(client, "/api/items/3")).ShouldBe(429);
        (await Status(client, "/health")).ShouldBe(200);
    }

    [Fact]
    public async Task An_endpoint_with_a_policy_of_its_own_is_counted_under_that_alone()
    {
        using var client = await StartAsync(("api:Permits", "1"), ("streams:Permits", "2"));
        (await Status(client, "/api/stream")).ShouldBe(200);
        (await Status(client, "/api/stream")).ShouldBe(200);
        (await Status(client, "/api/stream")).ShouldBe(429);
        (await Status(client, "/api/plain")).ShouldBe(200);
        (await Status(client, "/api/plain")).ShouldBe(429);
    }

    [Fact]
    public async Task The_word_of_an_endpoint_goes_before_that_of_its_group()
    {
        using var client = await StartAsync(("orders:Permits", "1"));
        (await Status(client, "/api/group/limited")).ShouldBe(200);
        (await Status(client, "/api/group/limited")).ShouldBe(429);
        for (var i = 0; i < 3; i++)
            (await Status(client, "/api/group/free")).ShouldBe(200);
    }

    [Fact]
    public async Task Of_two_policies_the_tighter_one_is_told_and_both_hold()
    {
        using var client = await StartAsync(("unlock_minute:Permits", "5"), ("unlock_hour:Permits", "2"));
        using var first = await client.GetAsync("/api/unlock", Stop);
        Header(first, "X-RateLimit-Limit").ShouldBe(2);
        (await Status(client, "/api/unlock")).ShouldBe(200);
        (await Status(client, "/api/unlock")).ShouldBe(429);
    }

    [Fact]
    public async Task A_policy_that_a_room_registered_can_be_configured()
    {
        using var client = await StartAsync(("from_a_room:Permits", "1"));
        (await Status(client, "/api/room")).ShouldBe(200);
        (await Status(client, "/api/room")).ShouldBe(429);
    }

    [Fact]
    public async Task Users_are_counted_apart_wherever_they_come_from()
    {
        using var client = await StartAsync(("api:Permits", "1"));
        (await Status(client, "/api/plain?user=1")).ShouldBe(200);
        (await Status(client, "/api/plain?user=2")).ShouldBe(200);
        (await Status(client, "/api/plain")).ShouldBe(200);
        (await Status(client, "/api/plain?user=1")).ShouldBe(429);
    }

    [Fact]
    public async Task A_policy_by_address_does_not_ask_who_the_user_is()
    {
        using var client = await StartAsync(("sign_in:Permits", "1"));
        (await Status(client, "/api/sign-in?user=1")).ShouldBe(200);
        (await Status(client, "/api/sign-in?user=2")).ShouldBe(429);
    }

    [Fact]
    public async Task Preflights_and_exempt_networks_are_not_counted()
    {
        using var client = await StartAsync(("api:Permits", "1"));
        for (var i = 0; i < 3; i++)
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/plain");
            preflight.Headers.Add("Origin", "https://example.com");
            preflight.Headers.Add("Access-Control-Request-Method", "GET");
            using var answer = await client.SendAsync(preflight, Stop);
            answer.StatusCode.ShouldNotBe(HttpStatusCode.TooManyRequests);
        }
        (await Status(client, "/api/plain")).ShouldBe(200);
        (await Status(client, "/api/plain")).ShouldBe(429);
        await app!.DisposeAsync();

        using var exempt = await StartAsync(("api:Permits", "1"), ("Exempt", "127.0.0.0/8"));
        for (var i = 0; i < 3; i++)
            (await Status(exempt, "/api/plain")).ShouldBe(200);
    }

    [Fact]
    public async Task A_limit_that_an_endpoint_takes_itself_is_told_and_refused_like_any_other()
    {
        using var client = await StartAsync(("api:Permits", "9"), ("orders:Permits", "1"));
        using var first = await client.GetAsync("/api/by-hand", Stop);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(first, "X-RateLimit-Limit").ShouldBe(1);
        Header(first, "X-RateLimit-Remaining").ShouldBe(0);
        using var second = await client.GetAsync("/api/by-hand", Stop);
        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        Header(second, "X-RateLimit-Limit").ShouldBe(1);
        second.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        var problem = await second.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("error").GetString().ShouldBe("rate_limited");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldStartWith("At most 1 by hand. Try again in");
        problem.GetProperty("retry_after").GetInt32().ShouldBeInRange(1, 60);
        await app!.DisposeAsync();

        using var roomy = await StartAsync(("api:Permits", "1"), ("orders:Permits", "9"));
        using var tighter = await roomy.GetAsync("/api/by-hand", Stop);
        Header(tighter, "X-RateLimit-Limit").ShouldBe(1);
        await app!.DisposeAsync();

        using var exempt = await StartAsync(("orders:Permits", "1"), ("Exempt", "127.0.0.0/8"));
        for (var i = 0; i < 3; i++)
            (await Status(exempt, "/api/by-hand")).ShouldBe(200);
    }

    [Fact]
    public async Task Looking_at_a_limit_counts_nothing()
    {
        using var client = await StartAsync(("orders:Permits", "1"));
        var limits = app!.Services.GetRequiredService<IRateLimits>();
        for (var i = 0; i < 3; i++)
            limits.Peek(LimitNames.Orders, "user:1").ShouldBe(new LimitDecision(true, 1, 1, TimeSpan.FromMinutes(1)));
        (await limits.TakeAsync(LimitNames.Orders, "user:1", Stop)).Allowed.ShouldBeTrue();
        limits.Peek(LimitNames.Orders, "user:1").Allowed.ShouldBeTrue();
        (await limits.TakeAsync(LimitNames.Orders, "user:1", Stop)).Allowed.ShouldBeFalse();
        limits.Peek(LimitNames.Orders, "user:1").Allowed.ShouldBeFalse();
        limits.Peek(LimitNames.Orders, "user:2").Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failing_endpoint_still_tells_what_is_left()
    {
        using var client = await StartAsync();
        using var answer = await client.GetAsync("/api/failing", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        Header(answer, "X-RateLimit-Remaining").ShouldBe(59);
    }

    [Fact]
    public async Task A_wrong_limit_in_the_configuration_keeps_the_server_from_starting()
    {
        var error = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() =>
            StartAsync(("api:Permits", "-1"), ("unheard_of:Permits", "1"))
        );
        error.Message.ShouldContain("Heretix:Limits:api:Permits");
        error.Message.ShouldContain("Heretix:Limits:unheard_of");
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }

    private async Task<HttpClient> StartAsync(params (string Key, string Value)[] limits)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                limits.Select(pair => KeyValuePair.Create<string, string?>($"Heretix:Limits:{pair.Key}", pair.Value))
            )
            .Build();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddLimits(
            new()
            {
                DataFolder = "",
                AppUrl = new Uri("http://127.0.0.1"),
                ApiUrl = new Uri("http://127.0.0.1"),
                Configuration = configuration,
            }
        );
        builder.Services.AddLimit("from_a_room", 7, TimeSpan.FromMinutes(1));
        app = builder.Build();
        app.UseExceptionHandler(errors =>
            errors.Run(context => Problem.Of(500, "internal", "It failed.").ExecuteAsync(context))
        );
        app.UseRouting();
        app.Use(
            (context, next) =>
            {
                if (context.Request.Query["user"] is [{ } user])
                    context.SetCaller(
                        new Caller(
                            new Guid(int.Parse(user, CultureInfo.InvariantCulture), 0, 0, new byte[8]),
                            null,
                            false
                        )
                    );
                return next(context);
            }
        );
        app.UseLimits();
        app.MapGet("/health", () => "fine");
        app.MapGet("/api/plain", () => "plain");
        app.MapGet("/api/items/{id}", (int id) => id);
        app.MapGet("/api/failing", string () => throw new InvalidDataException("on purpose"));
        app.MapGet("/api/stream", () => "stream").Limit(LimitNames.Streams);
        app.MapGet("/api/sign-in", () => "in").Limit(LimitNames.SignIn);
        app.MapGet("/api/room", () => "room").Limit("from_a_room");
        app.MapGet("/api/unlock", () => "open").Limit(LimitNames.UnlockMinute).Limit(LimitNames.UnlockHour);
        app.MapGet(
            "/api/by-hand",
            async (HttpContext context, RequestLimits limits) =>
                await limits.RefuseAsync(
                    context,
                    LimitNames.Orders,
                    LimitKey.OfCaller(context),
                    decision => $"At most {decision.Limit} by hand.",
                    Stop
                )
                    is { } refusal
                    ? (IResult)refusal
                    : TypedResults.Ok()
        );
        var group = app.MapGroup("/api/group").Limit(LimitNames.Orders);
        group.MapGet("/limited", () => "limited");
        group.MapGet("/free", () => "free").Limit(LimitNames.None);
        await app.StartAsync(Stop);
        return new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    private static async Task<int> Status(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Stop);
        return (int)answer.StatusCode;
    }

    private static long Header(HttpResponseMessage answer, string name) =>
        long.Parse(answer.Headers.GetValues(name).Single(), CultureInfo.InvariantCulture);
}
