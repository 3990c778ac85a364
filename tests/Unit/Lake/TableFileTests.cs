using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using Heretix.Lake;

namespace Heretix.Tests.Unit.Lake;

public sealed class TableFileTests : IDisposable
{
    private static readonly DateTimeOffset Moment = new DateTimeOffset(
        2026,
        3,
        14,
        23,
        30,
        0,
        TimeSpan.FromHours(-1)
    ).AddTicks(1_234_567);

    private readonly string folder = Directory.CreateTempSubdirectory("heretix-").FullName;

    [Fact]
    public void Csv_gives_every_digit_back_and_tells_null_from_an_empty_text()
    {
        var rows = Csv(
            Run("exec-1") with
            {
                Claim = "a \"b\", c\r\nd",
                Model = "",
                ProbTrueRpl = 0.1 + 0.2,
                BootstrapSeed = "18446744073709551615",
                TokensIn = long.MaxValue,
                WasCached = true,
            },
            Run("exec-2") with
            {
                CiLo = double.Epsilon,
                CiHi = double.NaN,
                CiWidth = double.NegativeInfinity,
            }
        );
        rows.Count.ShouldBe(2);
        rows[0]["claim"].ShouldBe("a \"b\", c\r\nd");
        rows[0]["created_at"].ShouldBe("2026-03-15T00:30:00.123456Z", "UTC, in microseconds as in Parquet");
        double.Parse(rows[0]["prob_true_rpl"], CultureInfo.InvariantCulture).ShouldBe(0.1 + 0.2);
        rows[0]["bootstrap_seed"].ShouldBe("18446744073709551615");
        rows[0]["tokens_in"].ShouldBe("9223372036854775807");
        rows[0]["was_cached"].ShouldBe("true");
        rows[1]["ci_lo"].ShouldBe("5E-324");
        rows[1]["ci_hi"].ShouldBe("NaN");
        rows[1]["ci_width"].ShouldBe("-Infinity");
        var text = Text(FileFormat.Csv, Run("exec-1") with { Claim = null, Model = "" });
        text.ShouldContain(",2026-03-15T00:30:00.123456Z,,\"\",,");
    }

    [Fact]
    public void Json_lines_have_every_column_and_are_strict_json()
    {
        var text = Text(
            FileFormat.JsonLines,
            Run("exec-1") with
            {
                Claim = "Größe \u2028 \ud800 \0 \"x\"\n",
                ProbTrueRpl = 1.0 / 3,
                CiHi = double.PositiveInfinity,
                K = 8,
            },
            Run("exec-2")
        );
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        var first = JsonNode.Parse(lines[0])!.AsObject();
        first.Count.ShouldBe(JsonNode.Parse(lines[1])!.AsObject().Count);
        first["claim"]!.GetValue<string>().ShouldBe("Größe \u2028 \ufffd \ufffd \"x\"\n");
        lines[0].ShouldContain("Größe");
        first["prob_true_rpl"]!.GetValue<double>().ShouldBe(1.0 / 3);
        first["ci_hi"].ShouldBeNull();
        first["K"]!.GetValue<int>().ShouldBe(8);
        first["mock"]!.GetValue<bool>().ShouldBeFalse();
        first["was_cached"].ShouldBeNull();
    }

    [Fact]
    public void An_empty_table_is_a_header_in_csv_and_nothing_in_json_lines()
    {
        Text(FileFormat.Csv).Split("\r\n").Length.ShouldBe(2);
        Text(FileFormat.JsonLines).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_could_not_be_finished_leaves_the_old_one_as_it_was()
    {
        var path = Path.Combine(folder, "runs.csv");
        File.WriteAllText(path, "old");
        Should.Throw<InvalidOperationException>(() => TableFile.Write(path, FileFormat.Csv, Broken()));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() =>
            TableFile.Write(path, FileFormat.JsonLines, [Run("exec-1")], cancelled.Token)
        );
        File.ReadAllText(path).ShouldBe("old");
        Directory.GetFiles(folder).ShouldBe([path]);

        static IEnumerable<RunRow> Broken()
        {
            yield return Run("exec-1");
            throw new InvalidOperationException("the store is gone");
        }
    }

    [Fact]
    public void Rows_are_written_while_they_are_read()
    {
        using var output = new StringWriter();
        var seen = new List<int>();
        TableFile.Write(output, FileFormat.JsonLines, Rows(), TestContext.Current.CancellationToken).ShouldBe(3);
        seen.ShouldBe([0, 1, 2]);

        IEnumerable<SampleRow> Rows()
        {
            for (var i = 0; i < 3; i++)
            {
                seen.Add(output.ToString().Count(c => c == '\n'));
                yield return Sample(i);
            }
        }
    }

    [Fact]
    public void Parquet_is_no_text()
    {
        using var output = new StringWriter();
        Should.Throw<LakeException>(() => TableFile.Write(output, FileFormat.Parquet, [Sample(0)]));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Text(FileFormat format, params RunRow[] runs)
    {
        using var output = new StringWriter();
        TableFile.Write(output, format, runs).ShouldBe(runs.Length);
        return output.ToString();
    }

    private static List<Dictionary<string, string>> Csv(params RunRow[] runs)
    {
        using var reader = new CsvReader(new StringReader(Text(FileFormat.Csv, runs)), CultureInfo.InvariantCulture);
        return
        [
            .. reader
                .GetRecords<dynamic>()
                .Select(row => ((IDictionary<string, object>)row).ToDictionary(f => f.Key, f => (string)f.Value)),
        ];
    }

    private static RunRow Run(string id) =>
        new()
        {
            Env = "test",
            Mock = false,
            ExecutionId = id,
            RunId = "run-1",
            CreatedAt = Moment,
        };

    private static SampleRow Sample(int index) =>
        new()
        {
            Env = "test",
            Mock = true,
            ExecutionId = "exec-1",
            RunId = "run-1",
            CacheKey = index.ToString(CultureInfo.InvariantCulture),
            CreatedAt = Moment,
        };
}
