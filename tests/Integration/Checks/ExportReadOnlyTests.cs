using System.Text.Json;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Unit.Cli;

namespace Heretix.Tests.Integration.Checks;

/// <summary>What the export may do to a production database, which is nothing, and what it reads of it.</summary>
public sealed class ExportReadOnlyTests(PostgresCluster postgres) : IDisposable
{
    private readonly Terminal hx = new();

    [Theory]
    [InlineData("--env", "test")]
    [InlineData]
    public async Task A_read_that_would_write_is_refused_by_the_database(params string[] more)
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        await user.CheckAsync(Mock("Reading leaves no trace"));
        // A trap: whoever reads the checks writes.
        await host.ExecuteAsync(
            """
            create table checks.traces (at timestamptz);
            create function checks.leave_trace() returns bool volatile language plpgsql as
                $$ begin insert into checks.traces values (now()); return true; end $$;
            alter table checks.checks rename to kept_checks;
            create view checks.checks as select * from checks.kept_checks where checks.leave_trace();
            """
        );
        (await ExportAsync(host, more)).ShouldBe(1);
        hx.Errors.ShouldContain("read-only transaction");
        (await host.CountAsync("select count(*) from checks.traces")).ShouldBe(0);
        Directory.Exists(Path.Combine(Lake, "test")).ShouldBeFalse();

        // Without the trap the same command finds the check.
        await host.ExecuteAsync("drop view checks.checks; alter table checks.kept_checks rename to checks");
        (await ExportAsync(host, more)).ShouldBe(0, hx.Errors);
        hx.Output.ShouldStartWith("1 check with 4 samples");
    }

    [Fact]
    public async Task Without_an_environment_all_are_exported_and_with_one_no_other()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        foreach (var claim in (string[])["local", "prod", "staging", "test"])
            await user.CheckAsync(Mock(claim));
        await host.ExecuteAsync("update checks.checks set env = claim");
        (await ExportAsync(host, "--env", "staging")).ShouldBe(0, hx.Errors);
        (await EnvironmentsAsync()).ShouldBe([("staging", "staging")]);
        (await ExportAsync(host)).ShouldBe(0, hx.Errors);
        hx.Output.ShouldStartWith("3 checks with 12 samples");
        (await EnvironmentsAsync()).ShouldBe([
            ("local", "local"),
            ("prod", "prod"),
            ("staging", "staging"),
            ("test", "test"),
        ]);
    }

    public void Dispose() => hx.Dispose();

    private string Lake => hx["lake"];

    private static object Mock(string claim) =>
        new
        {
            claim,
            mock = true,
            K = 4,
            R = 1,
            B = 200,
        };

    private Task<int> ExportAsync(ChecksHost host, params string[] more) =>
        hx.RunAsync(["export", "checks", "--database-url", postgres.Url(host.Database), "--exports", Lake, .. more]);

    private async Task<List<(string Env, string Claim)>> EnvironmentsAsync()
    {
        (await hx.RunAsync("query", "SELECT env, claim FROM runs ORDER BY env", "--json", "--exports", Lake)).ShouldBe(
            0,
            hx.Errors
        );
        return [.. JsonElement.Parse(hx.Output).EnumerateArray().Select(row => (row.Text("env"), row.Text("claim")))];
    }
}
