using System.Globalization;
using Heretix.Lake.DuckDb;
using Heretix.Tests.Unit.Cli;

namespace Heretix.Tests.Integration.Cli;

/// <summary><c>hx export</c> as far as it writes Parquet.</summary>
public sealed class ExportToLakeTests : IDisposable
{
    private readonly Terminal hx = new();

    [Fact]
    public async Task What_is_not_in_the_lake_yet_is_written_once()
    {
        await MeasureAsync("One");
        await MeasureAsync("Two");
        await ExportAsync("runs");
        hx.Output.ShouldBe($"2 executions with 32 samples written to {Lake} (2 files)\n");
        Files().Length.ShouldBe(2, "one pair for both");
        await MeasureAsync("Three");
        await ExportAsync("samples");
        hx.Output.ShouldBe(
            $"1 execution with 16 samples written to {Lake} (2 files)\n"
                + $"exported before: 2 executions; --all offers them to {Lake} again\n"
        );
        await ExportAsync("runs");
        hx.Output.ShouldStartWith($"nothing new for {Lake}\nexported before: 3 executions");
        (await CountAsync()).ShouldBe((3, 48));
    }

    [Fact]
    public async Task All_offers_everything_and_no_execution_is_there_twice()
    {
        await MeasureAsync("One");
        await ExportAsync("runs");
        await MeasureAsync("Two");
        await ExportAsync("runs", "--all");
        hx.Output.ShouldContain("1 execution with 16 samples written");
        hx.Output.ShouldContain("already there: 1 execution\n");
        await ExportAsync("runs", "--all");
        hx.Output.ShouldBe($"nothing new for {Lake}\nalready there: 2 executions\n");
        (await CountAsync()).ShouldBe((2, 32));
        Directory.Delete(Lake, recursive: true);
        await ExportAsync("runs", "--all");
        hx.Output.ShouldContain("2 executions with 32 samples written");
        (await CountAsync()).ShouldBe((2, 32));
    }

    [Fact]
    public async Task Compacting_merges_a_day_and_all_still_finds_what_is_there()
    {
        for (var i = 0; i < 3; i++)
        {
            await MeasureAsync($"Claim {i}");
            await ExportAsync("runs");
        }
        var day = Path.GetFileName(Path.GetDirectoryName(Files()[0]))!["dt=".Length..];
        (await CompactAsync("--day", "2001-01-01")).ShouldBe("nothing to merge\n");
        (await CompactAsync("--env", "local", "--day", day)).ShouldBe(
            "6 files of 1 day merged: 3 runs, 48 samples; 6 files removed\n"
        );
        Files().Length.ShouldBe(2);
        (await CompactAsync()).ShouldBe("nothing to merge\n");
        await ExportAsync("runs", "--all");
        hx.Output.ShouldContain("already there: 3 executions");
        (await CountAsync()).ShouldBe((3, 48));
        (await hx.RunAsync("export", "compact", "--env", "prod", "--exports", Lake)).ShouldBe(1);
        hx.Errors.ShouldContain("there is no environment 'prod'");
        hx.Errors.ShouldContain("local");
    }

    [Fact]
    public async Task A_parquet_file_holds_the_same_rows_as_the_csv()
    {
        await MeasureAsync("Größe, \"quoted\"");
        await MeasureAsync("Another");
        foreach (var table in (string[])["runs", "samples"])
        {
            await ExportAsync(table, "--out", hx[$"{table}.parquet"]);
            await ExportAsync(table, "--out", hx[$"{table}.csv"]);
            var parquet = DuckDbConnection.Quote(hx[$"{table}.parquet"]);
            var csv = DuckDbConnection.Quote(hx[$"{table}.csv"]);
            using var duckDb = new DuckDbConnection();
            // The types of the Parquet file decide how the texts of the CSV are read.
            duckDb.Execute($"CREATE TABLE p AS FROM read_parquet({parquet}); CREATE TABLE c AS FROM p WHERE false");
            duckDb.Execute($"INSERT INTO c SELECT * FROM read_csv({csv}, all_varchar = true, header = true)");
            Number(duckDb, "SELECT count(*) FROM p").ShouldBe(table == "runs" ? 2 : 32);
            Number(duckDb, "SELECT count(*) FROM ((FROM p EXCEPT FROM c) UNION ALL (FROM c EXCEPT FROM p))")
                .ShouldBe(0);
        }
        Directory.Exists(Lake).ShouldBeFalse("a table file is no export to the lake");
    }

    [Fact]
    public async Task Without_libduckdb_parquet_says_how_to_get_it_and_text_is_written_all_the_same()
    {
        await MeasureAsync("One");
        var none = new Dictionary<string, string> { ["HERETIX_DUCKDB"] = hx["no-such-library.so"] };
        foreach (
            var arguments in (string[][])
                [
                    ["--all"],
                    ["--out", hx["runs.parquet"]],
                ]
        )
        {
            var (code, output, errors) = await HxProcess.RunAsync(hx["."], none, [.. Export("runs"), .. arguments]);
            code.ShouldBe(1, errors);
            errors.ShouldContain("npm ci");
            output.ShouldBeEmpty();
        }
        File.Exists(hx["runs.parquet"]).ShouldBeFalse();
        var text = await HxProcess.RunAsync(hx["."], none, [.. Export("runs"), "--format", "jsonl"]);
        text.Code.ShouldBe(0, text.Errors);
        text.Output.ShouldStartWith("{\"env\":\"local\",\"mock\":true,");
        await ExportAsync("runs");
        hx.Output.ShouldContain("1 execution with 16 samples written", Case.Sensitive, "what failed is still pending");
    }

    public void Dispose() => hx.Dispose();

    private string Lake => hx["lake"];

    private string[] Files() => Directory.GetFiles(Lake, "*.parquet", SearchOption.AllDirectories);

    private async Task MeasureAsync(string claim) =>
        (await hx.MockAsync("run", "--claim", claim)).ShouldBe(0, hx.Errors);

    private string[] Export(string table) => ["export", table, "--db", hx["store.sqlite"], "--exports", Lake];

    private async Task ExportAsync(string table, params string[] arguments) =>
        (await hx.RunAsync([.. Export(table), .. arguments])).ShouldBe(0, hx.Errors);

    private async Task<string> CompactAsync(params string[] arguments)
    {
        (await hx.RunAsync(["export", "compact", "--exports", Lake, .. arguments])).ShouldBe(0, hx.Errors);
        return hx.Output;
    }

    private async Task<(int Runs, int Samples)> CountAsync()
    {
        const string sql = "SELECT (SELECT count(*) FROM runs) AS r, (SELECT count(*) FROM samples) AS s";
        (await hx.RunAsync("query", sql, "--json", "--exports", Lake)).ShouldBe(0, hx.Errors);
        return (hx.Json[0]!["r"]!.GetValue<int>(), hx.Json[0]!["s"]!.GetValue<int>());
    }

    private static long Number(DuckDbConnection duckDb, string sql)
    {
        using var rows = duckDb.Read(sql);
        rows.Read().ShouldBeTrue();
        return Convert.ToInt64(rows.Value(0), CultureInfo.InvariantCulture);
    }
}
