using Heretix.Accounts.Users;

namespace Heretix.Tests.Integration.Servers;

/// <summary>The server of the tests is the real one.</summary>
public sealed class HostTests(PostgresCluster postgres)
{
    [Fact]
    public async Task The_server_starts_on_a_fresh_database_and_answers()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        await using var db = host.OpenDb();
        db.Set<User>().Count().ShouldBe(0);
        using var client = host.Client();
        using var answer = await client.GetAsync(
            new Uri("/nothing-here", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        ((int)answer.StatusCode).ShouldBe(404);
    }
}
