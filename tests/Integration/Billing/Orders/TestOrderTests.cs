using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Accounts;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>A newcomer without any provider buys coins with one click, or with <c>curl</c>.</summary>
public sealed partial class TestOrderTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Coins_are_bought_by_one_click()
    {
        await using var host = await StartAsync("local");
        using var visitor = await host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var (status, order) = await OrderAsync(visitor);
        status.ShouldBe(200, order.ToString());
        var url = new Uri(order.GetProperty("checkout_url").GetString()!);
        using var curl = host.Client();
        var page = await curl.GetStringAsync(url.PathAndQuery, Stop);
        page.ShouldContain("No money is paid");
        var click = new Uri(WebUtility.HtmlDecode(Action().Match(page).Groups[1].Value), UriKind.Relative);
        using (var fail = new FormUrlEncodedContent([new("action", "fail")]))
        using (var failed = await curl.PostAsync(click, fail, Stop))
            (await failed.Content.ReadAsStringAsync(Stop)).ShouldContain("The payment failed");
        (await BalanceAsync(visitor)).ShouldBe(50);
        for (var clicks = 0; clicks < 2; clicks++)
        {
            using var paid = await curl.PostAsync(click, null, Stop);
            (await paid.Content.ReadAsStringAsync(Stop)).ShouldContain("400 coins were credited");
        }
        (await BalanceAsync(visitor)).ShouldBe(450);
        foreach (var ticket in (string[])["", "x", new string('A', 60)])
        {
            using var answer = await curl.PostAsync(
                new Uri($"/api/payments/test/checkout?ticket={ticket}", UriKind.Relative),
                null,
                Stop
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Where_it_is_not_wanted_nothing_is_sold()
    {
        await using var host = await StartAsync("test");
        using var visitor = await host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var (status, problem) = await OrderAsync(visitor);
        status.ShouldBe(503);
        problem.GetProperty("error").GetString().ShouldBe("payments_disabled");
        using var answer = await host.Client().GetAsync(new Uri("/api/payments/test/checkout", UriKind.Relative), Stop);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    private async Task<HeretixHost> StartAsync(string environment) =>
        await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            settings => settings with { Environment = environment, Role = ServerRole.All }
        );

    private static async Task<(int Status, JsonElement Body)> OrderAsync(Visitor visitor)
    {
        var packages = JsonElement.Parse(await visitor.Client.GetStringAsync("/api/credits/packages", Stop));
        using var answer = await visitor.Client.PostAsJsonAsync(
            "/api/payments/orders",
            new { package_id = packages.GetProperty("items")[0].GetProperty("id").GetGuid(), provider = "test" },
            Stop
        );
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    private static async Task<long> BalanceAsync(Visitor visitor) =>
        JsonElement
            .Parse(await visitor.Client.GetStringAsync("/api/credits/balance", Stop))
            .GetProperty("balance")
            .GetInt64();

    [GeneratedRegex("action=\"([^\"]+)\"")]
    private static partial Regex Action();
}
