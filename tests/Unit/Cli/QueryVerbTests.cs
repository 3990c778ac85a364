namespace Heretix.Tests.Unit.Cli;

/// <summary>What of <c>hx query</c> needs no DuckDB.</summary>
public sealed class QueryVerbTests : IDisposable
{
    private readonly Terminal hx = new();

    [Fact]
    public async Task The_queries_that_ship_are_listed()
    {
        (await hx.RunAsync("query", "--list")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldMatch("(?m)^cost-by-day +Runs, tokens");
        (await hx.RunAsync("query", "--list", "--json")).ShouldBe(0, hx.Errors);
        var queries = hx.Json["queries"]!.AsArray();
        queries.Count.ShouldBeGreaterThanOrEqualTo(3);
        queries.ShouldAllBe(query => query!["sql"]!.GetValue<string>().Contains("FROM"));
        hx.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, "no question")]
    [InlineData(2, "not both", "SELECT 1", "--named", "cost-by-day")]
    [InlineData(2, "--list stands alone", "SELECT 1", "--list")]
    [InlineData(1, "did you mean 'cost-by-day'?", "--named", "costs-by-day")]
    [InlineData(1, "the choices are compliance-by-model, cost-by-day", "--named", "x")]
    [InlineData(2, "name a file for it with --out", "SELECT 1", "--format", "parquet")]
    [InlineData(2, "contradict", "SELECT 1", "--format", "table", "--json")]
    [InlineData(2, "--format takes table, csv, json or parquet, not 'xml'", "SELECT 1", "--format", "xml")]
    [InlineData(2, "names no format", "SELECT 1", "--out", "answer.xls")]
    [InlineData(2, "unknown option '--jsn'; did you mean '--json'?", "--jsn")]
    [InlineData(2, "'1'", "SELECT", "1")]
    public async Task Wrong_input_is_explained(int code, string message, params string[] arguments)
    {
        (await hx.RunAsync(["query", .. arguments])).ShouldBe(code, hx.Output);
        hx.Errors.ShouldContain(message);
        hx.Output.ShouldBeEmpty();
    }

    public void Dispose() => hx.Dispose();
}
