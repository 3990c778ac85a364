using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Server;

/// <summary>What goes wrong before anything has gone right is said in a sentence, and nothing is left behind.</summary>
public sealed class FirstContactTests(PostgresCluster postgres) : IDisposable
{
    private readonly string folder = OpenFolder.Create("heretix-first-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_folder_that_cannot_be_one_is_explained()
    {
        var file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "", Stop);
        foreach (var impossible in (string[])[file, Path.Combine(file, "below"), "/proc/heretix"])
        {
            await using var server = ServerProcess.Launch(ServerVerb.Program, impossible);
            (await server.EndAsync(Stop)).ShouldBe(78, server.Log);
            server.Log.ShouldContain($"the data folder {impossible} cannot be used");
            server.Log.ShouldNotContain("   at ");
        }
        await using var none = ServerProcess.Launch(ServerVerb.Program, "");
        (await none.EndAsync(Stop)).ShouldBe(2, none.Log);
    }

    [Fact]
    public async Task A_key_that_reads_nothing_of_the_database_is_refused_before_it_writes()
    {
        var data = Path.Combine(folder, "data");
        await using (await ServerProcess.Launch(ServerVerb.Program, data).ReadyAsync(Stop)) { }
        var other = new Dictionary<string, string> { ["ENCRYPTION_KEY"] = Convert.ToBase64String(new byte[32]) };
        await using (var wrong = ServerProcess.Launch(ServerVerb.Program, data, other))
        {
            (await wrong.EndAsync(Stop)).ShouldBe(78, wrong.Log);
            wrong.Log.ShouldContain("none of its keys reads what this database holds");
        }
        await using var right = await ServerProcess.Launch(ServerVerb.Program, data).ReadyAsync(Stop);
        right.Log.ShouldNotContain("fail:");
        right.Log.ShouldNotContain("failed or restarted instances", Case.Insensitive, "it was stopped in order");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_not_one_that_lacks_migrations()
    {
        var nowhere = postgres.Url("not_there");
        foreach (
            var arguments in (string[][])
                [
                    ["migrate", "--status"],
                    ["migrate"],
                    ["plan", "a@example.org"],
                ]
        )
        {
            var (code, said) = await ServerVerb.RunAsync(nowhere, null, arguments);
            code.ShouldBe(1, said);
            said.ShouldContain("does not exist");
        }
    }

    [Fact]
    public async Task A_verb_makes_no_database_and_says_what_an_empty_one_needs()
    {
        var data = Path.Combine(folder, "missing");
        await using (var verb = ServerProcess.Launch(ServerVerb.Program, data, null, "jobs"))
        {
            (await verb.EndAsync(Stop)).ShouldBe(1, verb.Log);
            verb.Log.ShouldContain("there is no database in");
        }
        Directory.Exists(Path.Combine(data, "postgres")).ShouldBeFalse();

        var empty = postgres.Url(await postgres.CreateEmptyDatabaseAsync());
        var (code, said) = await ServerVerb.RunAsync(empty, null, "plan", "a@example.org");
        code.ShouldBe(1, said);
        said.ShouldContain("run `heretix migrate`");
    }

    [Fact]
    public async Task The_end_of_a_grant_without_a_grant_is_refused()
    {
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        foreach (
            var arguments in (string[][])
                [
                    ["a@example.org"],
                    ["a@example.org", "trial"],
                ]
        )
        {
            var (code, said) = await ServerVerb.RunAsync(url, null, ["plan", .. arguments, "--until", "2099-01-31"]);
            code.ShouldBe(1, said);
            said.ShouldContain("--until goes with a plan");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
