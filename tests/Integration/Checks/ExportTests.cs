using System.Text.Json;
using Heretix.Checks.Export;
using Heretix.Lake;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Unit.Cli;
using Npgsql;

namespace Heretix.Tests.Integration.Checks;

/// <summary>Checks of the service in the lake, beside those of the research lane.</summary>
public sealed class ExportTests(PostgresCluster postgres) : IDisposable
{
    private readonly Terminal hx = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Completed_checks_are_written_once_and_stand_beside_those_of_the_command_line()
    {
        await using var host = await ChecksHost.StartAsync(postgres, settings: Production, options: Mocks);
        using var user = host.User();
        var paid = await user.CheckAsync(Mock("Bees can count"));
        var found = await user.CheckAsync(Mock("Bees can count"));
        (
            await hx.RunAsync("run", "--claim", "Bees can count", "--mock", "--db", hx["s.sqlite"], "--exports", Lake)
        ).ShouldBe(0, hx.Errors);
        await ExportAsync(host);
        hx.Output.ShouldBe($"2 checks with 8 samples written to {Lake} (2 files)\n");
        await ExportAsync(host);
        hx.Output.ShouldBe($"nothing new for {Lake}\nalready there: 2 checks\n");

        var runs = await QueryAsync("SELECT env, count(*) AS n FROM runs GROUP BY env ORDER BY env");
        runs.Select(row => (row.Text("env"), row.GetProperty("n").GetInt32())).ShouldBe([("local", 1), ("prod", 2)]);
        var rows = await QueryAsync("SELECT * FROM runs WHERE env = 'prod' ORDER BY created_at");
        rows[0].Text("execution_id").ShouldBe(paid.Text("execution_id"));
        rows[0].Text("run_id").ShouldBe(paid.Text("run_id"));
        rows[0]
            .GetProperty("prob_true_rpl")
            .GetDouble()
            .ShouldBe(paid.GetProperty("aggregates").GetProperty("prob_true_rpl").GetDouble());
        rows[0].Text("bootstrap_seed").ShouldBe(paid.GetProperty("aggregation").Text("bootstrap_seed"));
        rows[0].GetProperty("gate_compliance_ok").GetInt32().ShouldBe(1);
        rows.Select(row => row.GetProperty("was_cached").GetBoolean()).ShouldBe([false, true]);
        var samples = await QueryAsync(
            "SELECT execution_id, count(*) AS n, bool_and(from_cache) AS cached FROM samples WHERE env = 'prod' GROUP BY 1"
        );
        samples
            .ToDictionary(row => row.Text("execution_id"), row => row.GetProperty("cached").GetBoolean())
            .ShouldBe(
                new Dictionary<string, bool>
                {
                    [paid.Text("execution_id")] = false,
                    [found.Text("execution_id")] = true,
                },
                ignoreOrder: true
            );
        samples.ShouldAllBe(row => row.GetProperty("n").GetInt32() == 4);
    }

    [Fact]
    public async Task What_is_running_or_failed_stays_out_and_time_and_environment_choose()
    {
        await using var host = await ChecksHost.StartAsync(postgres, settings: Production, options: Mocks);
        using var user = host.User();
        foreach (var claim in (string[])["old", "running", "failed", "test"])
            await user.CheckAsync(Mock(claim));
        await host.ExecuteAsync(
            """
            update checks.checks set status = claim where claim in ('running', 'failed');
            update checks.checks set created_at = '2026-03-14T12:00:00Z' where claim = 'old';
            update checks.checks set env = 'test' where claim = 'test';
            """
        );
        await ExportAsync(host, "--since", "2026-03-15");
        hx.Output.ShouldStartWith("1 check with 4 samples");
        await ExportAsync(host, "--env", "prod");
        hx.Output.ShouldStartWith("1 check with 4 samples");
        Directory.GetDirectories(Path.Combine(Lake, "prod")).Select(Path.GetFileName).ShouldBe(["dt=2026-03-14"]);
        (await QueryAsync("SELECT claim FROM runs ORDER BY claim"))
            .Select(row => row.Text("claim"))
            .ShouldBe(["old", "test"]);
    }

    [Fact]
    public async Task Many_checks_are_read_page_by_page()
    {
        await using var host = await ChecksHost.StartAsync(postgres, settings: Production, options: Mocks);
        using var user = host.User();
        await user.CheckAsync(Mock("Many"));
        // Copies of one moment each ten rows long: a page may end within it.
        await host.ExecuteAsync(
            """
            do $$ declare one checks.checks; begin
                select * into one from checks.checks;
                for n in 1..1200 loop
                    one.id := gen_random_uuid();
                    one.execution_id := 'exec-' || n;
                    one.created_at := timestamptz '2026-03-14T00:00:00Z' + (n / 10) * interval '1 s';
                    insert into checks.checks values (one.*);
                end loop;
            end $$
            """
        );
        await ExportAsync(host);
        hx.Output.ShouldStartWith("1201 checks with 4804 samples");
        (await QueryAsync("SELECT count(DISTINCT execution_id) AS n FROM runs"))[0]
            .GetProperty("n")
            .GetInt32()
            .ShouldBe(1201);
    }

    [Fact]
    public async Task The_nightly_job_writes_the_same_and_goes_on_where_it_ended()
    {
        var folder = hx["exports"];
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?> { ["Heretix:Checks:ExportFolder"] = folder }
        );
        using var user = host.User();
        await user.CheckAsync(Mock("First"));
        await RunJobAsync();
        await user.CheckAsync(Mock("Second"));
        await host.ExecuteAsync(
            "update checks.checks set created_at = created_at - interval '3 days' where claim = 'First'"
        );
        await RunJobAsync();
        (
            await hx.RunAsync("query", "SELECT env, claim FROM runs ORDER BY created_at", "--json", "--exports", folder)
        ).ShouldBe(0, hx.Errors);
        var rows = JsonElement.Parse(hx.Output).EnumerateArray().ToList();
        rows.Select(row => (row.Text("env"), row.Text("claim")))
            .ShouldBe([("test", "First"), ("test", "Second")], "what lies before the overlap is not offered again");

        async Task RunJobAsync() =>
            await ActivatorUtilities
                .CreateInstance<NightlyExport>(host.Services)
                .RunAsync(new JobRun(NightlyExport.Kind, "now", 1, host.Server.OpenDb), Stop);
    }

    [Fact]
    public async Task The_reader_leaves_a_session_as_it_was_and_its_errors_hold_no_password()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        await using var connection = new NpgsqlConnection(postgres.ConnectionString(host.Database));
        await connection.OpenAsync(Stop);
        await using var reader = ProductionReader.Over(connection);
        await foreach (var page in reader.ReadAsync(null, null, Stop))
            page.ShouldNotBeNull();
        // Behind a pooler the session belongs to the next client, who must be able to write.
        await using var setting = new NpgsqlCommand("show default_transaction_read_only", connection);
        (await setting.ExecuteScalarAsync(Stop)).ShouldBe("off");

        var empty = await postgres.CreateEmptyDatabaseAsync();
        (await hx.RunAsync("export", "checks", "--database-url", postgres.Url(empty), "--exports", Lake)).ShouldBe(1);
        hx.Errors.ShouldContain("heretix migrate");
        const string wrong = "postgres://someone:hunter2@127.0.0.1:1/none?sslmode=disable";
        (await hx.RunAsync("export", "checks", "--database-url", wrong, "--exports", Lake)).ShouldBe(1);
        hx.Errors.ShouldNotContain("hunter2");
        (await hx.RunAsync("export", "checks", "--exports", Lake)).ShouldBe(2);
        hx.Errors.ShouldContain("DATABASE_URL");
    }

    public void Dispose() => hx.Dispose();

    private string Lake => hx["lake"];

    private static Dictionary<string, string?> Mocks => new() { ["RPL_ALLOW_MOCK"] = "true" };

    private static Heretix.Platform.Settings.ServerSettings Production(
        Heretix.Platform.Settings.ServerSettings settings
    ) => settings with { Environment = "prod" };

    private static object Mock(string claim) =>
        new
        {
            claim,
            mock = true,
            K = 4,
            R = 1,
            B = 200,
        };

    private async Task ExportAsync(ChecksHost host, params string[] more) =>
        (
            await hx.RunAsync([
                "export",
                "checks",
                "--database-url",
                postgres.Url(host.Database).Replace("postgres://", "postgresql+psycopg://", StringComparison.Ordinal)
                    + "?sslmode=prefer",
                "--exports",
                Lake,
                .. more,
            ])
        ).ShouldBe(0, hx.Errors);

    private async Task<List<JsonElement>> QueryAsync(string sql)
    {
        (await hx.RunAsync("query", sql, "--json", "--exports", Lake)).ShouldBe(0, hx.Errors);
        return [.. JsonElement.Parse(hx.Output).EnumerateArray()];
    }
}
