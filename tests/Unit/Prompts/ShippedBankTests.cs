using System.Text.RegularExpressions;
using Heretix.Rpl.Prompts;

namespace Heretix.Tests.Unit.Prompts;

/// <summary>What a careful survey designer would look for in the banks that ship.</summary>
public sealed partial class ShippedBankTests
{
    // Words that lean, presume an answer, flatter or frighten, or turn the question into another one.
    private static readonly string[] Leading =
    [
        "obviously",
        "clearly",
        "surely",
        "certainly is",
        "of course",
        "naturally",
        "undoubtedly",
        "evidently",
        "fact",
        "facts",
        "factual",
        "fake",
        "myth",
        "debunk",
        "debunked",
        "hoax",
        "misinformation",
        "rumor",
        "rumour",
        "lie",
        "lies",
        "alleged",
        "allegedly",
        "claim",
        "claims",
        "claimed",
        "supposed",
        "supposedly",
        "so-called",
        "really",
        "actually",
        "admit",
        "agree",
        "don't",
        "isn't",
        "wouldn't",
        "not true",
        "correct",
        "incorrect",
        "wrong",
        "experts",
        "expert",
        "scientists",
        "consensus",
        "most people",
        "everyone",
        "known",
        "well-known",
        "proven",
        "unproven",
        "controversial",
        "popular",
        "misleading",
        "doubtful",
        "dubious",
        "should",
        "must be true",
        "bayesian",
        "prior",
        "posterior",
        "logit",
        "credence",
        "calibrated",
        "epistemic",
        "p(",
    ];

    private static readonly PromptLibrary Shipped = new(Path.Combine(AppContext.BaseDirectory, "prompts"));

    public static TheoryData<string> Names => [.. Shipped.Names];

    [Fact]
    public void Two_banks_ship_and_the_default_directory_is_beside_the_program()
    {
        Shipped.Names.ShouldBe(["rpl_h1", "rpl_h2"]);
        Shipped.Get("rpl_h1").Version.ShouldBe("rpl_h1_2026-11-21");
        Shipped.Get("rpl_h2_2026-11-21").Name.ShouldBe("rpl_h2");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_bank_has_at_least_sixteen_different_paraphrases(string name)
    {
        var paraphrases = Shipped.Get(name).Paraphrases;

        paraphrases.Count.ShouldBeGreaterThanOrEqualTo(16);
        paraphrases.Select(Words).Distinct().Count().ShouldBe(paraphrases.Count);
    }

    [Fact]
    public void The_two_banks_share_no_paraphrase() =>
        Shipped
            .Get("rpl_h1")
            .Paraphrases.Select(Words)
            .Intersect(Shipped.Get("rpl_h2").Paraphrases.Select(Words))
            .ShouldBeEmpty();

    [Theory, MemberData(nameof(Names))]
    public void No_paraphrase_leans(string name)
    {
        foreach (var paraphrase in Shipped.Get(name).Paraphrases)
        {
            var words = $" {Words(paraphrase)} ";
            Leading.Where(word => words.Contains($" {word} ", StringComparison.Ordinal)).ShouldBeEmpty(paraphrase);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_paraphrase_asks_for_a_probability_of_truth(string name)
    {
        foreach (var paraphrase in Shipped.Get(name).Paraphrases)
        {
            paraphrase.ShouldMatch("(?i)probab|likel|odds|percent|chance");
            paraphrase.ShouldMatch("(?i)true");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void True_comes_first_as_often_as_false(string name)
    {
        var both = Shipped
            .Get(name)
            .Paraphrases.Select(Words)
            .Where(text =>
                text.Contains("true", StringComparison.Ordinal) && text.Contains("false", StringComparison.Ordinal)
            )
            .ToArray();
        var trueFirst = both.Count(text =>
            text.IndexOf("true", StringComparison.Ordinal) < text.IndexOf("false", StringComparison.Ordinal)
        );

        both.Length.ShouldBeGreaterThanOrEqualTo(6);
        Math.Abs(2 * trueFirst - both.Length)
            .ShouldBeLessThanOrEqualTo(1, $"{trueFirst} of {both.Length} name true first");
    }

    [Theory, MemberData(nameof(Names))]
    public void Paraphrases_are_of_similar_length_and_varied_form(string name)
    {
        var paraphrases = Shipped.Get(name).Paraphrases;

        paraphrases.ShouldAllBe(text => text.Length >= 35 && text.Length <= 260);
        paraphrases.Select(text => Words(text).Split(' ')[0]).Distinct().Count().ShouldBeGreaterThanOrEqualTo(10);
        paraphrases.Count(text => text.StartsWith("\"{CLAIM}", StringComparison.Ordinal)).ShouldBeLessThan(4);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_claim_stands_in_quotation_marks_and_only_once(string name)
    {
        var bank = Shipped.Get(name);

        bank.Paraphrases.ShouldAllBe(text => text.Contains("\"{CLAIM}\"", StringComparison.Ordinal));
        bank.UserTemplate.ShouldNotContain(PromptBank.Placeholder);
    }

    [Theory, MemberData(nameof(Names))]
    public void No_paraphrase_shows_a_figure_that_could_anchor(string name)
    {
        foreach (var paraphrase in Shipped.Get(name).Paraphrases)
        {
            Figures().Matches(paraphrase).Select(match => match.Value).ShouldBeSubsetOf(["0", "1", "100"]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_instructions_ask_for_own_belief_from_memory_in_JSON(string name)
    {
        var system = Shipped.Get(name).System;

        system.ShouldMatch("(?i)own");
        system.ShouldMatch("(?i)no brows|not brows");
        system.ShouldMatch("(?i)no links");
        system.ShouldMatch("(?i)JSON only");
        system.ShouldMatch("(?i)however the (question|item) is worded");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_claim_of_500_characters_fits_well_under_the_default_cap(string name)
    {
        var bank = Shipped.Get(name);
        var longest = Enumerable
            .Range(0, bank.Paraphrases.Count)
            .Max(i => bank.Compose(i, new string('x', 500)).Length);

        longest.ShouldBeLessThan(PromptBank.DefaultMaxPromptChars - 500);
    }

    [Theory, MemberData(nameof(Names))]
    public void No_text_of_a_bank_looks_like_a_link(string name)
    {
        var bank = Shipped.Get(name);

        (bank.Instructions + string.Concat(bank.Paraphrases)).ShouldNotMatch("https?://|www\\.");
    }

    private static string Words(string text) =>
        Punctuation()
            .Replace(text.Replace(PromptBank.Placeholder, "", StringComparison.Ordinal).ToLowerInvariant(), " ")
            .Trim();

    [GeneratedRegex("[^a-z0-9'(-]+")]
    private static partial Regex Punctuation();

    [GeneratedRegex("[0-9][0-9.,]*(?<![.,])")]
    private static partial Regex Figures();
}
