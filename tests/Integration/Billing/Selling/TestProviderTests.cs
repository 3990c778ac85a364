using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Accounts;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>A newcomer without any provider buys a plan with one click, or with <c>curl</c>.</summary>
public sealed partial class TestProviderTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_subscribed_to_changed_cancelled_and_ended()
    {
        await using var host = await StartAsync("local");
        using var visitor = await host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var checkout = (await AskAsync(visitor, "/api/billing/checkout", new { plan = "starter" }))
            .GetProperty("checkout_url")
            .GetString()!;

        // Somebody without a session: the address is all that is needed.
        using var curl = host.Client();
        var page = await TextAsync(await curl.GetAsync(PathOf(checkout), Stop));
        page.ShouldContain("No money is paid");
        page.ShouldContain("Subscribe for nothing");
        (await PlanAsync(visitor)).ShouldBe("trial", "to look at a page buys nothing");
        var click = WebUtility.HtmlDecode(Action().Match(page).Groups[1].Value);
        for (var clicks = 0; clicks < 2; clicks++)
            (await TextAsync(await curl.PostAsync(PathOf(click), null, Stop))).ShouldContain("is open");
        (await PlanAsync(visitor)).ShouldBe("starter");

        var changed = await AskAsync(visitor, "/api/billing/checkout", new { plan = "pro" });
        changed.GetProperty("changed").GetBoolean().ShouldBeTrue();
        (await PlanAsync(visitor)).ShouldBe("pro");
        (await PostAsync(visitor, "/api/billing/checkout", new { plan = "core" })).Status.ShouldBe(409);

        var portal = PathOf(
            (await AskAsync(visitor, "/api/billing/portal", null)).GetProperty("portal_url").GetString()!
        );
        (await ActAsync(curl, portal, "cancel")).ShouldContain("It ends on");
        (await PlanAsync(visitor)).ShouldBe("pro");
        (await ActAsync(curl, portal, "resume")).ShouldNotContain("It ends on");
        (await ActAsync(curl, portal, "end")).ShouldContain("no subscription that runs");
        (await PlanAsync(visitor)).ShouldBe("trial");
        (await ActAsync(curl, portal, "cancel")).ShouldContain("no subscription that runs");
    }

    [Fact]
    public async Task Addresses_that_were_not_written_here_are_worth_nothing()
    {
        await using var host = await StartAsync("local");
        using var curl = host.Client();
        foreach (
            var ticket in (string[])["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        )
        foreach (var path in (string[])["checkout", "portal"])
        {
            using var answer = await curl.PostAsync(
                new Uri($"/api/billing/test/{path}?ticket={ticket}", UriKind.Relative),
                null,
                Stop
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("test", null, null)]
    [InlineData("local", "false", null)]
    [InlineData("local", null, "sk_test_x")]
    public async Task Where_it_is_not_wanted_there_is_none(string environment, string? option, string? stripe)
    {
        await using var host = await StartAsync(environment, option, stripe);
        using var curl = host.Client();
        using var answer = await curl.GetAsync(new Uri("/api/billing/test/checkout?ticket=x", UriKind.Relative), Stop);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    private async Task<HeretixHost> StartAsync(string environment, string? option = null, string? stripe = null) =>
        await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            settings => settings with { Environment = environment, Role = ServerRole.All },
            new Dictionary<string, string?> { ["Heretix:Billing:TestProvider"] = option, ["STRIPE_SECRET"] = stripe }
        );

    private static Uri PathOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme == "http"
            ? new Uri(absolute.PathAndQuery, UriKind.Relative)
            : new Uri(url, UriKind.Relative);

    private static async Task<string> ActAsync(HttpClient curl, Uri portal, string action)
    {
        using var form = new FormUrlEncodedContent([new("action", action)]);
        return await TextAsync(await curl.PostAsync(portal, form, Stop));
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            return text;
        }
    }

    private static async Task<JsonElement> AskAsync(Visitor visitor, string path, object? body)
    {
        var (status, answer) = await PostAsync(visitor, path, body);
        status.ShouldBe(200, answer.ToString());
        return answer;
    }

    private static async Task<(int Status, JsonElement Body)> PostAsync(Visitor visitor, string path, object? body)
    {
        using var answer = await visitor.Client.PostAsJsonAsync(path, body ?? new { }, Stop);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    private static async Task<string> PlanAsync(Visitor visitor) =>
        JsonElement
            .Parse(await visitor.Client.GetStringAsync("/api/billing/subscription", Stop))
            .GetProperty("plan")
            .GetString()!;

    [GeneratedRegex("action=\"([^\"]+)\"")]
    private static partial Regex Action();
}
