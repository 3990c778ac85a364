using Heretix.Lake.DuckDb;
using Heretix.Tests.Unit.Cli;

namespace Heretix.Tests.Integration.Cli;

/// <summary><c>hx query</c> over what <c>hx run</c> has written.</summary>
public sealed class QueryLakeTests : IDisposable
{
    private readonly Terminal hx = new();

    [Theory]
    [InlineData("a,b\r\n1,\r\n", "--format", "csv")]
    [InlineData("[\n{\"a\":1,\"b\":null}\n]\n", "--json")]
    [InlineData("[\n{\"a\":1,\"b\":null}\n]\n", "--format", "JSON")]
    [InlineData("a     b\n-  ----\n1  NULL\n")]
    public async Task The_answer_comes_in_the_format_asked_for(string answer, params string[] arguments)
    {
        await MeasureAsync();
        (await QueryAsync(["SELECT 1 AS a, NULL AS b", .. arguments])).ShouldBe(0, hx.Errors);
        hx.Output.ShouldBe(answer);
        hx.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Runs_and_samples_of_every_environment_are_there()
    {
        await MeasureAsync();
        hx.Environment["APP_ENV"] = "test";
        await MeasureAsync("--no-cache");
        (
            await QueryAsync(
                "SELECT env, count(*) AS n, bool_and(r.mock) AS mock FROM runs r JOIN samples s USING (env, execution_id) GROUP BY env ORDER BY env",
                "--format",
                "csv"
            )
        ).ShouldBe(0, hx.Errors);
        hx.Output.ShouldBe("env,n,mock\r\nlocal,16,true\r\ntest,16,true\r\n");
    }

    [Fact]
    public async Task The_question_may_come_from_standard_input()
    {
        await MeasureAsync();
        hx.Input = "-- how many?\nSELECT count(*) AS n\nFROM samples;\n";
        (await QueryAsync("-", "--json")).ShouldBe(0, hx.Errors);
        hx.Json[0]!["n"]!.GetValue<int>().ShouldBe(16);
        hx.Input = "";
        (await QueryAsync("-")).ShouldBe(1);
        hx.Errors.ShouldBe("hx: The query is empty.\n");
    }

    [Fact]
    public async Task A_named_query_is_asked_by_flag_or_by_its_name_alone()
    {
        await MeasureAsync();
        (await QueryAsync("--named", "cost-by-day", "--format", "csv")).ShouldBe(0, hx.Errors);
        var named = hx.Output;
        named.ShouldStartWith("day,env,mock,model,runs,");
        named.ShouldContain(",local,true,gpt-5,1,");
        (await QueryAsync("cost-by-day", "--format", "csv")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldBe(named);
    }

    [Theory]
    [InlineData("SELECT nothing FROM runs", "Binder Error")]
    [InlineData("SELECT * FROM nowhere", "Catalog Error: Table with name nowhere does not exist!")]
    [InlineData("SELEC 1", "A query only reads")]
    [InlineData("DROP TABLE runs", "A query only reads")]
    [InlineData("SELECT 1; SELECT 2", "There are 2 statements; a query is one.")]
    [InlineData("COPY runs TO 'x.csv'", "A query only reads")]
    [InlineData("SELECT 'abc'::INTEGER", "Conversion Error")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')", "Permission Error")]
    public async Task Errors_are_duckdbs_own_words_in_one_line(string sql, string message)
    {
        await MeasureAsync();
        (await QueryAsync(sql)).ShouldBe(1, hx.Output);
        hx.Errors.ShouldStartWith("hx: ");
        hx.Errors.ShouldContain(message);
        hx.Errors.Count(c => c == '\n').ShouldBe(1);
        hx.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_answer_goes_to_a_file_whose_ending_says_the_format()
    {
        await MeasureAsync();
        const string sql = "SELECT paraphrase_idx, replicate_idx, logit FROM samples ORDER BY ALL";
        (await QueryAsync(sql, "--out", hx["deep/er/answer.parquet"])).ShouldBe(0, hx.Errors);
        hx.Output.ShouldBeEmpty();
        hx.Errors.ShouldContain("written to");
        using (var duckDb = new DuckDbConnection())
        {
            using var rows = duckDb.Read(
                $"SELECT count(*), count(DISTINCT logit) > 1 FROM read_parquet({DuckDbConnection.Quote(hx["deep/er/answer.parquet"])})"
            );
            rows.Read().ShouldBeTrue();
            rows.Value(0).ShouldBe(16L);
            rows.Value(1).ShouldBe(true);
        }
        (await QueryAsync(sql, "--out", hx["answer.csv"])).ShouldBe(0, hx.Errors);
        File.ReadAllLines(hx["answer.csv"]).Length.ShouldBe(17);
        (await QueryAsync("SELECT 'x'::INTEGER", "--out", hx["answer.csv"])).ShouldBe(1);
        File.ReadAllLines(hx["answer.csv"]).Length.ShouldBe(17, "a failed query leaves the file as it was");
        (await QueryAsync(sql, "--out", Path.Combine(hx["lake"], "local", "answer.csv"))).ShouldBe(1);
        hx.Errors.ShouldContain("lies among the Parquet files");
        (await QueryAsync(sql, "--out", hx["deep"], "--format", "csv")).ShouldBe(1);
        hx.Errors.ShouldContain("is a folder");
    }

    [Fact]
    public async Task Without_any_export_the_tables_are_empty_and_that_is_said()
    {
        (await QueryAsync("SELECT count(*) AS n FROM runs", "--json")).ShouldBe(0, hx.Errors);
        hx.Json[0]!["n"]!.GetValue<int>().ShouldBe(0);
        hx.Errors.ShouldContain("there are no Parquet files at");
        Directory.Exists(hx["lake"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        (await QueryAsync("SELECT i, repeat('ä', 50) AS t FROM range(20000) r(i)", "--format", "csv")).ShouldBe(0);
        var lines = hx.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(20001);
        lines[^1].ShouldBe("19999," + new string('ä', 50));
    }

    [Fact]
    public async Task An_interrupt_ends_a_long_query_and_leaves_no_file()
    {
        using var process = HxProcess.Start(
            hx["."],
            null,
            "query",
            "SELECT i FROM range(100000000000) r(i) WHERE i % 1000000007 = 5",
            "--out",
            hx["answer.csv"],
            "--exports",
            hx["lake"]
        );
        while (!File.Exists(hx["answer.csv.tmp"]) && !process.HasExited)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        process.Interrupt();
        (await process.EndsWithinAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("the query itself takes minutes");
        var (code, _, errors) = await process.EndAsync();
        code.ShouldBe(130, errors);
        errors.ShouldEndWith("hx: interrupted\n");
        Directory.GetFiles(hx["."]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_libduckdb_the_message_says_how_to_get_it()
    {
        var none = new Dictionary<string, string> { ["HERETIX_DUCKDB"] = hx["no-such-library.so"] };
        var (code, output, errors) = await HxProcess.RunAsync(hx["."], none, "query", "SELECT 1");
        code.ShouldBe(1);
        errors.ShouldContain("npm ci");
        output.ShouldBeEmpty();
        (await HxProcess.RunAsync(hx["."], none, "query", "--list")).Code.ShouldBe(0);
    }

    public void Dispose() => hx.Dispose();

    private async Task MeasureAsync(params string[] arguments) =>
        (
            await hx.RunAsync([
                "run",
                "--claim",
                "Bees can recognise human faces",
                "--mock",
                "--b",
                "200",
                "--db",
                hx["store.sqlite"],
                "--exports",
                hx["lake"],
                .. arguments,
            ])
        ).ShouldBe(0, hx.Errors);

    private Task<int> QueryAsync(params string[] arguments) =>
        hx.RunAsync(["query", .. arguments, "--exports", hx["lake"]]);
}
