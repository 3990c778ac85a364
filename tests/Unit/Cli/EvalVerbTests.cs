using Heretix.Cli;
using Heretix.Tests.Unit.Report;

namespace Heretix.Tests.Unit.Cli;

public sealed class EvalVerbTests
{
    private static readonly string[] Labelled =
    [
        """{"id": "moon", "claim": "The Moon is made of cheese", "label": false, "category": "space"}""",
        """{"id": "water", "claim": "Water boils at 100 degrees Celsius at sea level", "label": true}""",
        """{"id": "half", "claim": "A glass of water is full", "label": 0.5, "category": "things"}""",
    ];

    [Fact]
    public async Task The_json_has_results_metrics_and_reliability()
    {
        using var hx = new HxFolder();
        var file = hx.File("labelled.jsonl", Labelled);

        var outcome = await hx.MeasureAsync("eval", "--claims-file", file, "--k", "4", "--r", "1", "--json");

        outcome.Code.ShouldBe(ExitCode.Ok);
        outcome.Errors.ShouldBeEmpty();
        var json = outcome.Json;
        json.GetProperty("mock").GetBoolean().ShouldBeTrue();
        json.GetProperty("mode").GetString().ShouldBe("baseline");
        json.GetProperty("claims_file").GetString().ShouldBe(file);
        json.GetProperty("logical_model").GetString().ShouldBe("gpt-5");
        json.GetProperty("prompt_version").GetString()!.ShouldStartWith("rpl_h1_");
        var results = json.GetProperty("results").EnumerateArray().ToList();
        results.Select(result => result.GetProperty("id").GetString()).ShouldBe(["moon", "water", "half"]);
        results.Select(result => result.GetProperty("label").GetDouble()).ShouldBe([0, 1, 0.5]);
        var metrics = json.GetProperty("metrics");
        var brier = results.Average(result =>
            Math.Pow(result.GetProperty("prob").GetDouble() - result.GetProperty("label").GetDouble(), 2)
        );
        metrics.GetProperty("brier").GetDouble().ShouldBe(brier, 1e-12);
        metrics.GetProperty("count").GetInt32().ShouldBe(3);
        metrics.GetProperty("by_category").GetProperty("space").GetProperty("count").GetInt32().ShouldBe(1);
        json.GetProperty("reliability").EnumerateArray().Sum(bin => bin.GetProperty("count").GetInt32()).ShouldBe(3);
    }

    [Fact]
    public async Task A_second_evaluation_asks_nothing_again_and_finds_the_same()
    {
        using var hx = new HxFolder();
        var file = hx.File("labelled.jsonl", Labelled);

        var first = await hx.MeasureAsync("eval", "--claims-file", file, "--k", "4", "--r", "1", "--json");
        var second = await hx.MeasureAsync("eval", "--claims-file", file, "--k", "4", "--r", "1", "--json");

        second.Json.GetProperty("metrics").ToString().ShouldBe(first.Json.GetProperty("metrics").ToString());
        var runs = await hx.MeasureAsync(
            "run",
            "--claim",
            "The Moon is made of cheese",
            "--k",
            "4",
            "--r",
            "1",
            "--json"
        );
        runs.Json.GetProperty("runs")[0]
            .GetProperty("aggregates")
            .GetProperty("cache_hit_rate")
            .GetDouble()
            .ShouldBe(1);
    }

    [Fact]
    public async Task An_unlabelled_line_is_refused_before_anything_is_asked()
    {
        using var hx = new HxFolder();
        var file = hx.File("claims.csv", "claim,label", "Labelled,true", "Not labelled,");

        var outcome = await hx.MeasureAsync("eval", "--claims-file", file);

        outcome.Code.ShouldBe(ExitCode.Failed);
        outcome.Errors.ShouldContain($"{file}:3: the claim 'Not labelled' has no label");
        File.Exists(hx["store.sqlite"]).ShouldBeFalse();
    }

    [Fact]
    public async Task The_page_and_the_file_say_what_the_table_says()
    {
        using var hx = new HxFolder();
        var file = hx.File("labelled.jsonl", Labelled);

        var outcome = await hx.MeasureAsync(
            "eval",
            "--claims-file",
            file,
            "--k",
            "4",
            "--r",
            "1",
            "--bins",
            "5",
            "--out",
            hx["e.json"],
            "--html",
            hx["e.html"]
        );

        outcome.Code.ShouldBe(ExitCode.Ok);
        outcome.Output.ShouldContain("MOCK");
        outcome.Output.ShouldContain("Brier score");
        outcome.Output.ShouldContain("space");
        (await File.ReadAllTextAsync(hx["e.json"], TestContext.Current.CancellationToken)).ShouldContain("\"bins\": 5");
        var page = PageReader.Parse(await File.ReadAllTextAsync(hx["e.html"], TestContext.Current.CancellationToken));
        page.Value.ShouldContain("The Moon is made of cheese");
        page.Value.ShouldContain("Reliability");
    }

    [Fact]
    public async Task Two_models_at_once_are_refused_with_the_way_to_do_it()
    {
        using var hx = new HxFolder();
        var file = hx.File("labelled.jsonl", Labelled);

        var outcome = await hx.MeasureAsync("eval", "--claims-file", file, "-m", "gpt-5", "-m", "grok-4");

        outcome.Code.ShouldBe(ExitCode.Usage);
        outcome.Errors.ShouldContain("run it once for each of gpt-5, grok-4");
    }

    [Fact]
    public async Task A_claim_that_fails_is_listed_and_the_rest_is_scored()
    {
        using var hx = new HxFolder();
        var file = hx.File(
            "labelled.jsonl",
            Labelled[0],
            $$"""{"id": "long", "claim": "{{new string('x', 5000)}}", "label": 1}"""
        );

        var outcome = await hx.MeasureAsync("eval", "--claims-file", file, "--k", "4", "--r", "1", "--json");

        outcome.Code.ShouldBe(ExitCode.TooFewSamples);
        outcome.Json.GetProperty("metrics").GetProperty("count").GetInt32().ShouldBe(1);
        outcome.Json.GetProperty("failures")[0].GetProperty("id").GetString().ShouldBe("long");
        outcome.Errors.ShouldContain($"{file}:2: long, gpt-5, rpl_h1: ");
    }
}
