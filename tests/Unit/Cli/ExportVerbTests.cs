using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;

namespace Heretix.Tests.Unit.Cli;

/// <summary>What of <c>hx export</c> needs no DuckDB.</summary>
public sealed class ExportVerbTests : IDisposable
{
    private const string Claim = "Bees, it is said, recognise \"human\" faces";

    private readonly Terminal hx = new();

    [Theory]
    [InlineData("runs")]
    [InlineData("samples", "--format", "csv")]
    [InlineData("runs", "--all")]
    public async Task A_store_that_is_not_there_is_explained_and_nothing_is_made(params string[] arguments)
    {
        (await hx.RunAsync(["export", .. arguments, "--db", hx["no.sqlite"], "--exports", hx["lake"]])).ShouldBe(1);
        hx.Errors.ShouldContain("there is no store at " + hx["no.sqlite"]);
        Directory.GetFileSystemEntries(Path.GetDirectoryName(hx["x"])!).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_csv_of_runs_has_the_lakes_columns_and_the_figures_of_the_run()
    {
        hx.Environment["APP_ENV"] = "test";
        await MeasureAsync("--seed", "18446744073709551615", "--json");
        var run = hx.Json["runs"]![0]!;
        (await ExportAsync("runs", "--out", hx["deep/er/runs.csv"])).ShouldBe(0, hx.Errors);
        hx.Output.ShouldBe($"1 row written to {hx["deep/er/runs.csv"]}\n");
        var row = Csv(hx["deep/er/runs.csv"]).ShouldHaveSingleItem();
        row["env"].ShouldBe("test");
        row["mock"].ShouldBe("true");
        row["claim"].ShouldBe(Claim);
        row["execution_id"].ShouldBe(run["execution_id"]!.GetValue<string>());
        row["bootstrap_seed"].ShouldBe("18446744073709551615");
        double.Parse(row["prob_true_rpl"], CultureInfo.InvariantCulture)
            .ShouldBe(run["aggregates"]!["prob_true_rpl"]!.GetValue<double>());
        row["artifact_json_path"].ShouldBeEmpty();
        Directory.GetFiles(hx["deep/er"]).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Json_lines_of_samples_go_to_standard_output_and_nothing_else_does()
    {
        await MeasureAsync();
        (await ExportAsync("samples", "--format", "jsonl")).ShouldBe(0, hx.Errors);
        hx.Errors.ShouldBe("hx: 16 rows\n");
        var samples = hx
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToList();
        samples.Count.ShouldBe(16);
        samples.Select(sample => sample["cache_key"]!.GetValue<string>()).ShouldBeUnique();
        samples.ShouldAllBe(sample => sample["logit"]!.GetValue<double>() < 20);
        samples.ShouldAllBe(sample => !sample["from_cache"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Samples_that_a_later_execution_reused_stand_once_for_each()
    {
        await MeasureAsync();
        await MeasureAsync();
        (await ExportAsync("samples", "--format", "csv", "--out", hx["s.txt"])).ShouldBe(0, hx.Errors);
        Csv(hx["s.txt"]).Count(row => row["from_cache"] == "true").ShouldBe(16);
        Csv(hx["s.txt"]).Count.ShouldBe(32);
    }

    [Fact]
    public async Task An_execution_without_a_result_is_not_exported()
    {
        (await hx.MockAsync("run", "--claim", Claim, "--k", "1", "--r", "1")).ShouldBe(3);
        (await ExportAsync("runs", "--format", "csv")).ShouldBe(0, hx.Errors);
        hx.Output.Split("\r\n").Length.ShouldBe(2, "the header and nothing below it");
        hx.Errors.ShouldBe("hx: 0 rows\n");
    }

    [Theory]
    [InlineData(2, "names no format", "runs", "--out", "{}/runs.xlsx")]
    [InlineData(2, "--format takes parquet, csv or jsonl, not 'xml'", "runs", "--format", "xml")]
    [InlineData(2, "without it the output goes to standard output", "runs", "--format", "csv", "--out", "-")]
    [InlineData(2, "takes the name of a file", "runs", "--format", "csv", "--out", "")]
    [InlineData(1, "is a folder", "runs", "--format", "csv", "--out", "{}")]
    [InlineData(1, "lies among the Parquet files", "runs", "--out", "{}/lake/local/runs.csv")]
    [InlineData(1, "cannot write", "runs", "--out", "/proc/none/runs.csv")]
    [InlineData(2, "hx export --help", "everything")]
    [InlineData(2, "hx export --help")]
    [InlineData(2, "--day takes a date like 2026-03-14, not '14.3.2026'", "compact", "--day", "14.3.2026")]
    [InlineData(2, "--day takes a date", "compact", "--day", "2026-02-30")]
    [InlineData(1, "there are no Parquet files at", "compact")]
    public async Task Wrong_input_is_explained(int code, string message, params string[] arguments)
    {
        await MeasureAsync();
        var here = Path.GetDirectoryName(hx["x"])!;
        string[] filled = [.. arguments.Select(a => a.Replace("{}", here, StringComparison.Ordinal))];
        string[] store = arguments is ["runs", ..] ? ["--db", hx["store.sqlite"]] : [];
        string[] lake = arguments is ["runs" or "compact", ..] ? ["--exports", hx["lake"]] : [];
        (await hx.RunAsync(["export", .. filled, .. store, .. lake])).ShouldBe(code, hx.Output);
        hx.Errors.ShouldContain(message);
        Directory.Exists(hx["lake"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData(".hidden")]
    [InlineData("a\\b")]
    public async Task An_environment_that_cannot_name_a_folder_is_refused(string name)
    {
        await MeasureAsync();
        hx.Environment["APP_ENV"] = name;
        (await ExportAsync("runs")).ShouldBe(1);
        hx.Errors.ShouldContain("APP_ENV");
    }

    public void Dispose() => hx.Dispose();

    private async Task MeasureAsync(params string[] arguments) =>
        (await hx.MockAsync(["run", "--claim", Claim, .. arguments])).ShouldBe(0, hx.Errors);

    private Task<int> ExportAsync(params string[] arguments) =>
        hx.RunAsync(["export", .. arguments, "--db", hx["store.sqlite"], "--exports", hx["lake"]]);

    private static List<Dictionary<string, string>> Csv(string path)
    {
        using var reader = new CsvReader(new StreamReader(path), CultureInfo.InvariantCulture);
        return
        [
            .. reader
                .GetRecords<dynamic>()
                .Select(row => ((IDictionary<string, object>)row).ToDictionary(f => f.Key, f => (string)f.Value)),
        ];
    }
}
