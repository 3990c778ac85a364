using System.Security.Cryptography;
using System.Text.Json;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Jobs;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Server;

/// <summary>What operators type, as processes on a real database.</summary>
public sealed class OperatorVerbTests(PostgresCluster postgres) : JobsTest(postgres)
{
    [Fact]
    public async Task Migrate_says_what_it_would_do_does_it_and_then_has_nothing_to_do()
    {
        var url = Postgres.Url(await Postgres.CreateEmptyDatabaseAsync());
        var (code, said) = await VerbAsync(url, "migrate", "--status");
        code.ShouldBe(0, said);
        var pending = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        pending.Length.ShouldBeGreaterThan(1);
        pending.ShouldAllBe(line => line.StartsWith("pending  "));

        (code, said) = await VerbAsync(url, "migrate");
        code.ShouldBe(0, said);
        said.ShouldContain($"done: {pending.Length} migrations applied");

        (code, said) = await VerbAsync(url, "migrate", "--status");
        code.ShouldBe(0, said);
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(pending.Select(line => line.Replace("pending", "applied", StringComparison.Ordinal)));

        (code, said) = await VerbAsync(url, "migrate");
        code.ShouldBe(0, said);
        said.ShouldBe("the database has the schema of this program\n");
    }

    [Fact]
    public async Task The_schema_of_a_newer_program_is_refused_by_migrate_and_by_the_server_and_shown_by_the_status()
    {
        var database = await Postgres.CreateDatabaseAsync();
        await Postgres.ExecuteAsync(
            database,
            """insert into jobs.migrations ("MigrationId", "ProductVersion") values ('29991231000000_Later', '99')"""
        );
        var url = Postgres.Url(database);
        foreach (
            var arguments in (string[][])
                [
                    ["migrate"],
                    [],
                ]
        )
        {
            var (code, said) = await VerbAsync(url, arguments);
            code.ShouldBe(78, said);
            said.ShouldContain("newer than this program");
            said.ShouldContain("29991231000000_Later");
        }
        var status = await VerbAsync(url, "migrate", "--status");
        status.Code.ShouldBe(78, status.Said);
        status.Said.ShouldContain("unknown  29991231000000_Later");
    }

    [Theory]
    [InlineData("local", true)]
    [InlineData("test", true)]
    [InlineData("prod", false)]
    public async Task Only_production_wants_to_be_migrated_by_hand(string environment, bool migrates)
    {
        var database = await Postgres.CreateEmptyDatabaseAsync();
        using var data = new TemporaryFolder();
        await using var server = ServerProcess.Launch(
            ServerVerb.Program,
            data.Path,
            new Dictionary<string, string>
            {
                ["APP_ENV"] = environment,
                ["DATABASE_URL"] = Postgres.Url(database),
                ["APP_URL"] = "https://app.example.org",
                ["API_URL"] = "https://api.example.org",
                ["ENCRYPTION_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
                ["SMTP_HOST"] = "127.0.0.1",
                ["SMTP_FROM"] = "heretix@example.org",
            }
        );
        if (migrates)
            await server.ReadyAsync(Cancel);
        else
        {
            (await server.EndAsync(Cancel)).ShouldBe(78, server.Log);
            server.Log.ShouldContain("run `heretix migrate` first");
        }
        (await Postgres.ScalarAsync<bool>(database, "select to_regclass('accounts.users') is not null")).ShouldBe(
            migrates
        );
    }

    [Fact]
    public async Task Jobs_are_listed_cancelled_and_retried()
    {
        await using var api = await HostAsync();
        await EnqueueAsync(api, TestJobs.Note, "waits", "ran", TimeSpan.FromHours(1));
        await Postgres.ExecuteAsync(
            Database,
            $"""
            insert into jobs.failed_jobs (kind, name, arguments, attempts, error_type, error, worker, failed_at)
            values ('{TestJobs.Note}', 'failed', '"again"', 3, 'System.TimeoutException', 'too slow', 'gone', now())
            """
        );
        var (code, said) = await VerbAsync(Url, "jobs");
        code.ShouldBe(0, said);
        Line(said, "waits").ShouldStartWith("queued");
        Line(said, "failed").ShouldContain("TimeoutException: too slow");
        (code, said) = await VerbAsync(Url, "jobs", "list", "--json", "--limit", "1");
        code.ShouldBe(0, said);
        JsonElement
            .Parse(said)
            .EnumerateArray()
            .Select(job => (job.GetProperty("state").GetString(), job.GetProperty("name").GetString()))
            .ShouldBe([("queued", "waits"), ("failed", "failed")]);

        (await VerbAsync(Url, "jobs", "retry", TestJobs.Note, "failed")).ShouldBe((0, "1 job is queued again\n"));
        (code, said) = await VerbAsync(Url, "jobs", "retry", TestJobs.Note, "failed");
        code.ShouldBe(1);
        said.ShouldContain("heretix: no such job has failed");
        (await VerbAsync(Url, "jobs", "retry", TestJobs.Note)).ShouldBe((0, "0 jobs are queued again\n"));
        (await VerbAsync(Url, "jobs", "cancel", TestJobs.Note, "waits")).ShouldBe((0, "taken out of the queue\n"));
        (code, said) = await VerbAsync(Url, "jobs", "cancel", TestJobs.Note, "waits");
        code.ShouldBe(1);
        said.ShouldContain("heretix: no such job is queued or running");

        await using var worker = await HostAsync(ServerRole.Worker);
        await UntilSeenAsync("again");
        await UntilEmptyAsync();
        (await SeenAsync("ran")).ShouldBe(0);
    }

    [Fact]
    public async Task A_running_job_is_told_to_stop_in_whichever_process_it_runs()
    {
        await using var api = await HostAsync();
        await using var worker = await WorkerProcess.StartAsync(Url);
        await EnqueueAsync(api, TestJobs.Gated, "long", "never");
        await UntilSeenAsync("started");
        var (code, said) = await VerbAsync(Url, "jobs", "cancel", TestJobs.Gated, "long");
        code.ShouldBe(0, said);
        said.ShouldBe("told to stop; it will not be tried again\n");
        await UntilEmptyAsync();
        (await SeenAsync("done")).ShouldBe(0);
    }

    [Fact]
    public async Task A_plan_is_shown_granted_and_taken_back()
    {
        var database = await Postgres.CreateDatabaseAsync();
        var url = Postgres.Url(database);
        await Postgres.ExecuteAsync(
            database,
            """
            insert into accounts.users (id, email, status, created_at, updated_at)
            values (gen_random_uuid(), 'someone@example.org', 'active', now(), now())
            """
        );
        (await VerbAsync(url, "plan", "Someone@Example.org")).ShouldBe(
            (0, "trial: 0 of 3 checks used\ntrial: 0 of 10 solve_sessions used\n")
        );
        var (code, said) = await VerbAsync(url, "plan", "someone@example.org", "core", "--until", "2999-01-31");
        code.ShouldBe(0, said);
        said.ShouldStartWith("core: 0 of 100 checks used, until ");
        (
            await Postgres.ScalarAsync<DateTime>(database, "select current_period_end from billing.subscriptions")
        ).ShouldBe(new DateTime(2999, 2, 1, 0, 0, 0, DateTimeKind.Utc), "the grant ends with the day that is named");
        (await VerbAsync(url, "plan", "someone@example.org", "trial")).Said.ShouldStartWith("trial: 0 of 3 checks");

        var id = await Postgres.ScalarAsync<Guid>(
            database,
            """
            insert into accounts.users (id, email, status, created_at, updated_at)
            values (gen_random_uuid(), null, 'active', now(), now()) returning id
            """
        );
        (await VerbAsync(url, "plan", $"{id}", "pro")).Said.ShouldStartWith(
            "pro: 0 of 750 checks",
            customMessage: "who has no address is found by the id"
        );

        foreach (
            var (arguments, word) in ((string[], string)[])
                [
                    (["plan", $"{Guid.Empty}"], "no user has the id"),
                    (["plan", "nobody@example.org"], "no user has the address nobody@example.org"),
                    (["plan", "someone@example.org", "gold"], "gold"),
                    (["plan", "someone@example.org", "pro", "--until", "31.1.2027"], "is no date of the form"),
                ]
        )
        {
            (code, said) = await VerbAsync(url, arguments);
            code.ShouldBe(1, said);
            said.ShouldStartWith("heretix: ");
            said.ShouldContain(word);
        }
        (await VerbAsync(url, "plan", "someone@example.org")).Said.ShouldStartWith("trial: 0 of 3 checks");
    }

    private static Task<(int Code, string Said)> VerbAsync(string url, params string[] arguments) =>
        ServerVerb.RunAsync(url, null, arguments);

    private static string Line(string table, string name) =>
        table.Split('\n').Single(line => line.Contains($"  {name}  ", StringComparison.Ordinal));
}
