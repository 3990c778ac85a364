using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Cli;
using Heretix.Tests.Unit.Estimation;

namespace Heretix.Tests.Unit.Cli;

public sealed class EstimateVerbTests
{
    private const string Numbers = """{"logits":[["template-a",[0.1,0.2]],["template-b",[0.5,-0.3]],["c",[1]]]}""";
    private const string Vectors = "aggregate_clustered.json";

    /// <summary>Fixed draws are no option of the command line.</summary>
    public static TheoryData<int> Rows =>
        [
            .. Estimation
                .Vectors.Rows(Vectors)
                .Select(row => row.Data)
                .Where(row => Input(row).GetProperty("fixed_m").ValueKind == JsonValueKind.Null),
        ];

    private static JsonElement Input(int row) => Estimation.Vectors.Case(Vectors, row).GetProperty("input");

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Reference_vectors_come_out_of_the_command_line_digit_for_digit(int index)
    {
        var vector = Estimation.Vectors.Case(Vectors, index);
        var given = Input(index);
        using var hx = new Terminal { Input = $$"""{"logits":{{given.GetProperty("groups").GetRawText()}}}""" };

        var code = await hx.RunAsync(
            "estimate",
            "--json",
            "--b",
            given.GetProperty("B").GetRawText(),
            "--seed",
            given.GetProperty("seed").ToString(),
            "--center",
            given.Text("center"),
            "--trim",
            given.GetProperty("trim").GetRawText()
        );

        code.ShouldBe(ExitCode.Ok, hx.Errors);
        var expected = vector.GetProperty("output");
        foreach (var name in (string[])["ell_hat", "lo", "hi", "template_iqr_logit", "imbalance_ratio"])
            hx.Json[name]!.GetValue<double>().ShouldBeBitwise(expected.GetProperty(name).GetDouble());
        hx.Json["n_templates"]!.GetValue<int>().ShouldBe(expected.GetProperty("n_templates").GetInt32());
        hx.Json["method"]!.GetValue<string>().ShouldBe(expected.Text("method"));
        hx.Json["bootstrap_seed"]!.GetValue<string>().ShouldBe(given.GetProperty("seed").ToString());
    }

    [Fact]
    public async Task The_document_has_the_promised_members_in_their_order()
    {
        using var hx = new Terminal { Input = Numbers };

        (await hx.RunAsync("estimate", "-", "--json")).ShouldBe(ExitCode.Ok);

        hx.Json.AsObject()
            .Select(member => member.Key)
            .ShouldBe([
                "ell_hat",
                "lo",
                "hi",
                "prob_true",
                "ci95",
                "ci_width",
                "whole_cluster_ci95",
                "template_iqr_logit",
                "stability_score",
                "stability_band",
                "imbalance_ratio",
                "n_templates",
                "counts_by_template",
                "method",
                "B",
                "bootstrap_seed",
            ]);
        hx.Json["counts_by_template"]!.ToJsonString().ShouldBe("""{"template-a":2,"template-b":2,"c":1}""");
        hx.Json["B"]!.GetValue<int>().ShouldBe(5000);
        hx.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551615")]
    public async Task A_seed_survives_as_it_was_given(string seed)
    {
        using var hx = new Terminal { Input = Numbers };

        (await hx.RunAsync("estimate", "--json", "--seed", seed)).ShouldBe(ExitCode.Ok);

        hx.Json["bootstrap_seed"]!.GetValue<string>().ShouldBe(seed);
    }

    [Fact]
    public async Task The_derived_seed_depends_on_the_numbers_alone()
    {
        async Task<string> SeedAsync(string input, params string[] options)
        {
            using var hx = new Terminal { Input = input };
            (await hx.RunAsync(["estimate", "--json", .. options])).ShouldBe(ExitCode.Ok);
            return hx.Json["bootstrap_seed"]!.GetValue<string>();
        }

        // SHA-256 of "hx-estimate|logits\na=3fb999999999999a", first 8 bytes.
        (await SeedAsync("""{"logits":[["a",[0.1]]]}""")).ShouldBe("9080771658121309745");
        var seed = await SeedAsync(Numbers);
        (await SeedAsync(Numbers, "--b", "10", "--center", "mean")).ShouldBe(seed);
        (await SeedAsync(Numbers.Replace("0.2", "2e-1"))).ShouldBe(seed);
        (await SeedAsync(Numbers.Replace("0.2", "0.20000000000000004"))).ShouldNotBe(seed);
        (await SeedAsync(Numbers.Replace("template-a", "template-x"))).ShouldNotBe(seed);
    }

    [Fact]
    public async Task Objects_and_pairs_and_any_layout_give_the_same_result()
    {
        using var pairs = new Terminal { Input = """{"probabilities":[["z",[0.2,0.4]],["a",[0.9]]]}""" };
        using var members = new Terminal
        {
            Input = "\uFEFF\n{ \"probabilities\" :\r\n {\"z\":[0.2, 0.4],\n\"a\":[0.9]}}\n\n",
        };

        (await pairs.RunAsync("estimate", "--json")).ShouldBe(ExitCode.Ok);
        (await members.RunAsync("estimate", "--json")).ShouldBe(ExitCode.Ok, members.Errors);

        members.Output.ShouldBe(pairs.Output);
    }

    [Fact]
    public async Task One_value_in_one_template_has_an_interval_without_width()
    {
        using var hx = new Terminal { Input = """{"probabilities":[["only",[0.25]]]}""" };

        (await hx.RunAsync("estimate", "--b", "1", "--json")).ShouldBe(ExitCode.Ok);

        hx.Json["prob_true"]!.GetValue<double>().ShouldBe(0.25, 1e-15);
        hx.Json["ci_width"]!.GetValue<double>().ShouldBe(0);
        hx.Json["whole_cluster_ci95"]!.ToJsonString().ShouldBe(hx.Json["ci95"]!.ToJsonString());
        hx.Json["B"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Certainty_stays_finite_and_names_keep_their_letters()
    {
        var file = Encoding.UTF8.GetString(
            Encoding.UTF8.GetBytes("""{"probabilities":[["Ωmega \"quoted\" 真",[0,1]],["\u00e9",[1]]]}""")
        );
        using var hx = new Terminal();

        (await hx.RunAsync("estimate", hx.Write("numbers.json", file), "--json")).ShouldBe(ExitCode.Ok);

        hx.Json["counts_by_template"]!.AsObject().Select(member => member.Key).ShouldBe(["Ωmega \"quoted\" 真", "é"]);
        hx.Output.ShouldContain("真");
    }

    [Fact]
    public async Task People_read_percentages()
    {
        using var hx = new Terminal { Input = """{"probabilities":[["a",[0.5,0.5]],["b",[0.5]]]}""" };

        (await hx.RunAsync("estimate", "--seed", "7")).ShouldBe(ExitCode.Ok);

        hx.Output.ShouldContain("50.0 %");
        hx.Output.ShouldContain("3 in 2 templates");
        hx.Output.ShouldContain("seed 7");
    }

    [Theory]
    [InlineData("", "standard input is empty")]
    [InlineData(" \n\t", "standard input is empty")]
    [InlineData("{}", "has no numbers")]
    [InlineData("[]", "standard input:1: this should be an object but is a list")]
    [InlineData("3", "should be an object but is 3")]
    [InlineData("""{"logits":[]}""", ":1: \"logits\" has no template")]
    [InlineData("""{"probabilities":{}}""", "\"probabilities\" has no template")]
    [InlineData("""{"logits":null}""", "should be a list of [name, values] pairs but is null")]
    [InlineData("""{"logits":[["a",[]]]}""", "template 'a' has no values")]
    [InlineData("""{"logits":[["a",[1]],["b",null]]}""", "template 'b' should be a list of numbers but is null")]
    [InlineData("""{"logits":[["a",[1,null]]]}""", "template 'a', value 2 should be a number but is null")]
    [InlineData("""{"logits":[["a",[1,"2"]]]}""", "template 'a', value 2 should be a number but is the text \"2\"")]
    [InlineData("""{"logits":[["a",[true]]]}""", "template 'a', value 1 should be a number but is true")]
    [InlineData("""{"logits":[["a",[1,[2]]]]}""", "template 'a', value 2 should be a number but is a list")]
    [InlineData("""{"logits":[["a",[1, NaN]]]}""", "template 'a', value 2 is NaN")]
    [InlineData("""{"logits":[["a",[-Infinity]]]}""", "template 'a', value 1 is Infinity")]
    [InlineData("""{"logits":[["a",[1e400]]]}""", "template 'a', value 1 is too large: 1e400")]
    [InlineData("""{"logits":[["a",[1.7e308,1.7e308]]]}""", "the log-odds are too large")]
    [InlineData("{\"logits\":[[\"a\",[1]],\n[\"a\",[2]]]}", "standard input:2: template 'a' is given twice")]
    [InlineData("""{"logits":{"a":[1],"a":[2]}}""", "template 'a' is given twice")]
    [InlineData("""{"logits":[["a",[1]],7]}""", "\"logits\", template 2 should be a [name, values] pair but is 7")]
    [InlineData("""{"logits":[[1,[1]]]}""", "should be the template's name as the first of the pair but is 1")]
    [InlineData("""{"logits":[["a"]]}""", "template 'a' should be a list of numbers but is missing")]
    [InlineData("""{"logits":[["a",[1],[2]]]}""", "template 'a' has more than a name and one list of values")]
    [InlineData(
        """{"probabilities":[["a",[0.5]],["b",[0.1,1.0000001]]]}""",
        "template 'b', value 2 is 1.0000001, and a probability lies in [0, 1]"
    )]
    [InlineData("""{"probabilities":[["a",[-0.1]]]}""", "a probability lies in [0, 1]")]
    [InlineData("""{"logit":[["a",[1]]]}""", "unknown key 'logit'; did you mean 'logits'?")]
    [InlineData("""{"logits":[["a",[1]]],"B":100}""", "unknown key 'B'; the choices are logits, probabilities")]
    [InlineData(
        """{"logits":[["a",[1]]],"probabilities":[["a",[0.5]]]}""",
        "give \"logits\" or \"probabilities\" once"
    )]
    [InlineData("""{"logits":[["a",[1]]],"logits":[["a",[1]]]}""", "give \"logits\" or \"probabilities\" once")]
    [InlineData("{\"logits\":\n[[\"a\",[1]]", "standard input:2: not readable as JSON")]
    [InlineData("""{"logits":[["a",[1,]]]}""", "not readable as JSON")]
    [InlineData("""{"logits":[["a",[1]]]} {}""", "not readable as JSON")]
    [InlineData("""{"logits":[["a",[01]]]}""", "not readable as JSON")]
    [InlineData("hello", "not readable as JSON")]
    public async Task Wrong_numbers_are_named_with_their_place(string input, string problem)
    {
        using var hx = new Terminal { Input = input };

        (await hx.RunAsync("estimate", "--json")).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain(problem);
        hx.Errors.ShouldNotContain("LineNumber");
        hx.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("0.9")]
    [InlineData("-0.01")]
    public async Task A_trim_that_leaves_nothing_is_refused(string trim)
    {
        using var hx = new Terminal { Input = Numbers };

        (await hx.RunAsync("estimate", "--trim", trim)).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain($"--trim is the share cut off at each end and lies in [0, 0.5); it is {trim}");
    }

    [Theory]
    [InlineData("--seed", "18446744073709551616", "--seed takes a whole number from 0 to 18446744073709551615")]
    [InlineData("--seed", "-1", "--seed takes a whole number from 0")]
    [InlineData("--seed", "1.0", "--seed takes a whole number from 0")]
    [InlineData("--b", "0", "--b takes a whole number from 1 to 2147483647, not '0'")]
    [InlineData("--b", "-5", "--b takes a whole number from 1")]
    [InlineData("--b", "2147483648", "--b takes a whole number from 1")]
    [InlineData("--b", "1e3", "--b takes a whole number from 1")]
    [InlineData("--trim", "NaN", "--trim takes a number, not 'NaN'")]
    [InlineData("--trim", "a lot", "--trim takes a number, not 'a lot'")]
    [InlineData("--center", "median", "--center takes trimmed or mean, not 'median'")]
    [InlineData("--centre", "mean", "unknown option '--centre'; did you mean '--center'?")]
    public async Task Options_that_mean_nothing_are_a_usage_error(string option, string value, string problem)
    {
        using var hx = new Terminal { Input = Numbers };

        (await hx.RunAsync("estimate", option, value)).ShouldBe(ExitCode.Usage);

        hx.Errors.ShouldContain(problem);
        hx.Errors.ShouldContain("hx estimate --help");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named()
    {
        using var hx = new Terminal();

        (await hx.RunAsync("estimate", hx["absent.json"])).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain($"cannot read {hx["absent.json"]}");

        (await hx.RunAsync("estimate", Path.GetTempPath())).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("is a folder, not a file of numbers");

        (await hx.RunAsync("estimate", hx.Write("empty.json", ""))).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("empty.json is empty");
    }

    [Fact]
    public async Task Help_shows_examples()
    {
        using var hx = new Terminal();

        (await hx.RunAsync("estimate", "--help")).ShouldBe(ExitCode.Ok);

        hx.Output.ShouldContain("Examples:");
        hx.Output.ShouldContain("hx estimate numbers.json --b 20000 --seed 42 --center mean");
    }

    [Fact]
    public async Task The_order_of_templates_changes_the_draws_and_not_the_estimate()
    {
        using var forward = new Terminal { Input = """{"logits":[["a",[0.1]],["b",[0.7]],["c",[0.4]]]}""" };
        using var backward = new Terminal { Input = """{"logits":[["c",[0.4]],["b",[0.7]],["a",[0.1]]]}""" };

        (await forward.RunAsync("estimate", "--json", "--seed", "1")).ShouldBe(ExitCode.Ok);
        (await backward.RunAsync("estimate", "--json", "--seed", "1")).ShouldBe(ExitCode.Ok);

        Value(forward.Json).ShouldBe(Value(backward.Json), 1e-15);

        static double Value(JsonNode json) => json["ell_hat"]!.GetValue<double>();
    }
}
