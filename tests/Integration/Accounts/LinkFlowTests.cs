using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Signing in by link, as people and their browsers do.</summary>
public sealed class LinkFlowTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_for_a_link_and_opens_it_in_the_same_browser_is_signed_in()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        using var client = await host.SignedInAsync("Ada@Example.org");
        var sessions = await client.GetFromJsonAsync<JsonElement>("/api/auth/sessions", Stop);
        sessions.GetProperty("items").GetArrayLength().ShouldBe(1);
        sessions.GetProperty("items")[0].GetProperty("current").GetBoolean().ShouldBeTrue();
        using var signOut = await client.PostAsync("/api/auth/signout", null, Stop);
        signOut.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var after = await client.GetAsync("/api/auth/sessions", Stop);
        after.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
