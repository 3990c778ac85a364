using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Server;

/// <summary><c>heretix plan</c> as operators type it.</summary>
public sealed class PlanVerbTests(PostgresCluster postgres)
{
    [Theory]
    [InlineData(" Someone@B\u00dcCHER.example ", 0, "trial: 0 of")]
    [InlineData("someone@xn--bcher-kva.example", 0, "trial: 0 of")]
    [InlineData("nobody@example.org", 1, "no user has the address nobody@example.org")]
    [InlineData("someone", 1, "'someone' is no address: it must have a name, an @ and a domain")]
    public async Task A_user_is_found_under_every_spelling_of_the_address(string email, int code, string says)
    {
        var database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(
            database,
            """
            insert into accounts.users (id, email, status, created_at, updated_at)
            values (gen_random_uuid(), 'someone@xn--bcher-kva.example', 'active', now(), now())
            """
        );
        var data = OpenFolder.Create("heretix-plan-");
        await using var verb = ServerProcess.Launch(
            Path.Combine(AppContext.BaseDirectory, "heretix.dll"),
            data,
            new Dictionary<string, string> { ["DATABASE_URL"] = postgres.Url(database) },
            "plan",
            email
        );
        var ended = await verb.EndAsync(TestContext.Current.CancellationToken);
        ended.ShouldBe(code, verb.Log);
        verb.Log.ShouldContain(says);
        Directory.Delete(data, recursive: true);
    }
}
