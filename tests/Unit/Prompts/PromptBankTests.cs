using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Heretix.Rpl.Prompts;

namespace Heretix.Tests.Unit.Prompts;

public sealed class PromptBankTests
{
    private static readonly PromptBank Bank = Of("Is \"{CLAIM}\" true?", "Answer on {CLAIM} now.");

    [Fact]
    public void A_prompt_is_instructions_then_paraphrase_then_closing_text()
    {
        var prompt = Bank.Compose(0, "Snow is white");

        prompt.Instructions.ShouldBe("Judge.\n\n" + BeliefSchema.Text);
        prompt.User.ShouldBe("Is \"Snow is white\" true?\n\nAnswer on Snow is white now.");
        prompt.TemplateIndex.ShouldBe(0);
        prompt.Sha256.ShouldBe(HashOf(prompt));
    }

    [Fact]
    public void An_empty_closing_text_leaves_no_gap() =>
        Of("Is {CLAIM} true?", "").Compose(0, "x").User.ShouldBe("Is x true?");

    [Fact]
    public void A_claim_that_holds_the_placeholder_is_not_replaced_again() =>
        Of("Is {CLAIM} true?", "").Compose(0, "{CLAIM} and {CLAIM}").User.ShouldBe("Is {CLAIM} and {CLAIM} true?");

    [Fact]
    public void Length_counts_characters_not_code_units()
    {
        var plain = Bank.Compose(0, "").Length;

        Bank.Compose(0, "😀").Length.ShouldBe(plain + 2);
        Bank.Compose(0, "é").Length.ShouldBe(plain + 2);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_template_the_bank_does_not_have_is_refused(int index) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Bank.Compose(index, "x"));

    [Fact]
    public void Any_claim_stands_in_the_prompt_as_it_was_given()
    {
        var claims = ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(text => text.Get);
        var hostile = Gen.Elements("{CLAIM}", "{CLAIM", "CLAIM}", "\"", "\n\n", "{0}", "\\", "$1", "\0");
        var mixed = Gen.Choose(0, 6)
            .SelectMany(n => Gen.ArrayOf(Gen.OneOf(claims, hostile), n))
            .Select(parts => string.Concat(parts));

        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                mixed.ToArbitrary(),
                claim =>
                {
                    var prompt = Bank.Compose(0, claim);
                    return prompt.User == "Is \"" + claim + "\" true?\n\nAnswer on " + claim + " now."
                        && prompt.Instructions == Bank.Instructions
                        && prompt.Sha256 == HashOf(prompt);
                }
            )
        );
    }

    [Fact]
    public void Different_claims_have_different_hashes()
    {
        string[] claims = ["a", "b", "a ", "A", "{CLAIM}"];

        claims.Select(claim => Bank.Compose(0, claim).Sha256).Distinct().Count().ShouldBe(claims.Length);
    }

    private static PromptBank Of(string paraphrase, string closing) =>
        new("x", "x_1", "Judge.", closing, [paraphrase], "", "x.yaml", null);

    private static string HashOf(ComposedPrompt prompt) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt.Instructions + "\n\n" + prompt.User)));
}
