using Heretix.Research.Compare;

namespace Heretix.Tests.Unit.Research.Compare;

public sealed class SuggestedCommandsTests
{
    private static readonly ComparedSides Versions = new(ComparedBy.PromptVersion, "v1", "v2");

    [Fact]
    public void The_missing_side_is_measured_as_the_other_one_was()
    {
        var there = Runs.Of("v1_2026-01-01", "It's wet", k: 16, b: 1000, mock: true);

        SuggestedCommands
            .For(Versions, [new UnmatchedClaim("It's wet", "no run of v2", there, null)], "--db x.sqlite")
            .ShouldBe([
                "hx run --claim 'It'\\''s wet' --model gpt-5 --prompt-version v2 --k 16 --r 2 --b 1000 --t 16 --max-output-tokens 1024 --mock --db x.sqlite",
            ]);
    }

    [Fact]
    public void A_missing_model_is_asked_with_the_prompts_of_the_other_one()
    {
        var sides = new ComparedSides(ComparedBy.Model, "gpt-5", "grok-4");
        var there = Runs.Of("v1_2026-01-01", "Wet", model: "grok-4") with { BaseUrl = "http://127.0.0.1:1/v1" };

        SuggestedCommands
            .For(sides, [new UnmatchedClaim("Wet", "no run of gpt-5", null, there)], "")
            .ShouldBe([
                "hx run --claim Wet --model gpt-5 --prompt-version v1_2026-01-01 --k 8 --r 2 --b 5000 --t 16 --max-output-tokens 1024",
            ]);
    }

    [Fact]
    public void For_several_claims_the_way_to_measure_all_of_them_comes_last()
    {
        UnmatchedClaim[] unmatched =
        [
            .. Enumerable
                .Range(1, 5)
                .Select(i => new UnmatchedClaim($"c{i}", "no run of v2", Runs.Of(claim: $"c{i}"), null)),
        ];

        var commands = SuggestedCommands.For(Versions, unmatched, "");

        commands.Count.ShouldBe(4);
        commands[2].ShouldStartWith("hx run --claim c3 ");
        commands[3].ShouldBe("hx compare --prompt-version v1 --prompt-version v2 --run --claims-file FILE");
    }

    [Fact]
    public void With_nothing_measured_the_comparison_itself_is_offered_to_measure()
    {
        SuggestedCommands
            .For(Versions, [], "")
            .ShouldBe(["hx compare --prompt-version v1 --prompt-version v2 --run --claims-file FILE"]);
    }

    [Theory]
    [InlineData("rpl_h1", "rpl_h1")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("$(rm x)", "'$(rm x)'")]
    public void Words_are_quoted_only_where_a_shell_would_take_them_apart(string text, string quoted) =>
        SuggestedCommands.Quoted(text).ShouldBe(quoted);
}
