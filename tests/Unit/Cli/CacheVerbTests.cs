namespace Heretix.Tests.Unit.Cli;

public sealed class CacheVerbTests : IDisposable
{
    private const string Claim = "Bees can recognise human faces";

    private readonly Terminal hx = new();

    [Theory]
    [InlineData("cache")]
    [InlineData("cache", "show", "--json")]
    [InlineData("cache", "clear", "--results", "--samples", "--yes")]
    public async Task A_store_that_is_not_there_is_explained_and_not_made(params string[] arguments)
    {
        (await hx.RunAsync([.. arguments, "--db", hx["none.sqlite"]])).ShouldBe(1);
        hx.Errors.ShouldContain("there is no store at " + hx["none.sqlite"]);
        hx.Output.ShouldBeEmpty();
        File.Exists(hx["none.sqlite"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused()
    {
        (await hx.RunAsync("cache", "--db", hx.Write("notes.txt", new string('x', 5000)))).ShouldBe(1);
        hx.Errors.ShouldContain("notes.txt cannot be opened as a store");
        (await hx.RunAsync("cache", "--db", Path.GetDirectoryName(hx["x"])!)).ShouldBe(1);
        hx.Errors.ShouldContain("is a folder");
    }

    [Fact]
    public async Task The_store_of_the_mock_is_chosen_by_flag_and_by_variable()
    {
        (await hx.RunAsync("cache", "--mock")).ShouldBe(1);
        hx.Errors.ShouldContain("runs/heretix_mock.sqlite");
        hx.Environment["HERETIX_MOCK"] = "1";
        (await hx.RunAsync("cache")).ShouldBe(1);
        hx.Errors.ShouldContain("runs/heretix_mock.sqlite");
        hx.Environment["HERETIX_DB_PATH"] = hx["elsewhere.sqlite"];
        (await hx.RunAsync("cache")).ShouldBe(1);
        hx.Errors.ShouldContain(hx["elsewhere.sqlite"]);
    }

    [Fact]
    public async Task Show_counts_what_may_be_reused()
    {
        await MeasureAsync("--model", "gpt-5", "--model", "grok-4");
        (await CacheAsync("show", "--json")).ShouldBe(0, hx.Errors);
        hx.Json["samples"]!.GetValue<int>().ShouldBe(32);
        hx.Json["reusable_samples"]!.GetValue<int>().ShouldBe(32);
        hx.Json["paid_usd"]!.GetValue<double>().ShouldBeGreaterThan(0);
        hx.Json["bytes"]!.GetValue<long>().ShouldBeGreaterThan(0);
        var models = hx.Json["models"]!.AsArray();
        models.Select(model => model!["model"]!.GetValue<string>()).ShouldBe(["gpt-5", "grok-4"]);
        models.ShouldAllBe(model => model!["mock"]!.GetValue<bool>() && model["samples"]!.GetValue<int>() == 16);
        (await CacheAsync()).ShouldBe(0, hx.Errors);
        hx.Output.ShouldContain("samples   32, of which 32 may be reused");
        hx.Output.ShouldContain("simulated");
        hx.Output.ShouldMatch(@"(?m)^grok-4 \(mock\) +16 +16 ");
    }

    [Fact]
    public async Task Clearing_the_samples_of_one_model_leaves_the_others()
    {
        await MeasureAsync("--model", "gpt-5", "--model", "grok-4");
        (await CacheAsync("clear", "--samples", "--model", "gpt-5", "--yes")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldContain("16 samples withdrawn");
        (await hx.MockAsync("run", "--claim", Claim, "--model", "gpt-5", "--model", "grok-4", "--json")).ShouldBe(0);
        hx.Json["runs"]!
            .AsArray()
            .Select(run => run!["aggregates"]!["cache_hit_rate"]!.GetValue<double>())
            .ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Clearing_results_lets_the_next_run_aggregate_anew()
    {
        hx.Environment["HERETIX_CACHE_TTL"] = "3600";
        await MeasureAsync();
        await MeasureAsync("--json");
        hx.Json["runs"]![0]!["cache_hit"]!.GetValue<bool>().ShouldBeTrue();
        (await CacheAsync("clear", "--results", "--yes")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldContain("1 results forgotten");
        await MeasureAsync("--json");
        hx.Json["runs"]![0]!["cache_hit"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData("y", 0)]
    [InlineData(" YES ", 0)]
    [InlineData("n", 1)]
    [InlineData("", 1)]
    [InlineData("yesterday", 1)]
    public async Task Somebody_at_a_terminal_is_asked(string answer, int code)
    {
        await MeasureAsync();
        (hx.Attended, hx.Input) = (true, answer);
        (await CacheAsync("clear", "--samples")).ShouldBe(code, hx.Errors);
        hx.Errors.ShouldContain("withdraw 16 samples from reuse");
        hx.Errors.ShouldContain("[y/N]");
        (await CacheAsync("--json")).ShouldBe(0);
        hx.Json["reusable_samples"]!.GetValue<int>().ShouldBe(code == 0 ? 0 : 16);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_clearing_needs_yes()
    {
        await MeasureAsync();
        hx.Input = "y\n";
        (await CacheAsync("clear", "--samples")).ShouldBe(1);
        hx.Errors.ShouldContain("--yes");
        (await CacheAsync("--json")).ShouldBe(0);
        hx.Json["reusable_samples"]!.GetValue<int>().ShouldBe(16);
    }

    [Theory]
    [InlineData("say what to clear", "clear", "--yes")]
    [InlineData("add --samples", "clear", "--results", "--model", "gpt-5", "--yes")]
    [InlineData("--model takes the name", "clear", "--samples", "--model", " ", "--yes")]
    [InlineData("hx cache clear --help", "clear", "--everything")]
    [InlineData("hx cache --help", "clean")]
    public async Task Unclear_commands_are_refused(string message, params string[] arguments)
    {
        await MeasureAsync();
        (await CacheAsync(arguments)).ShouldBe(2, hx.Output);
        hx.Errors.ShouldContain(message);
    }

    [Fact]
    public async Task A_mistyped_model_is_not_mistaken_for_one_without_samples()
    {
        await MeasureAsync();
        (await CacheAsync("clear", "--samples", "--model", "gtp-5", "--yes")).ShouldBe(1);
        hx.Errors.ShouldContain("did you mean 'gpt-5'?");
        (await CacheAsync("clear", "--samples", "--model", "gpt-5", "--yes")).ShouldBe(0);
        (await CacheAsync("clear", "--samples", "--model", "gpt-5", "--yes")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldContain("nothing to clear");
    }

    public void Dispose() => hx.Dispose();

    private async Task MeasureAsync(params string[] arguments) =>
        (await hx.MockAsync(["run", "--claim", Claim, .. arguments])).ShouldBe(0, hx.Errors);

    private Task<int> CacheAsync(params string[] arguments) =>
        hx.RunAsync(["cache", .. arguments, "--db", hx["store.sqlite"]]);
}
