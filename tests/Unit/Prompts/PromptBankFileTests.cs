using System.Text;
using Heretix.Rpl.Prompts;

namespace Heretix.Tests.Unit.Prompts;

public sealed class PromptBankFileTests : IDisposable
{
    private readonly PromptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bank_is_read_with_surrounding_white_space_removed()
    {
        var path = _folder.Write(
            "mine.yaml",
            """
            version: mine_2
            description: For a test
            system: |
              One.

              Two.
            user_template: |
              Answer {CLAIM}.
            paraphrases:
              - |-
                Statement: {CLAIM}
                How likely?
              - '{CLAIM} (percent)'
            """
        );

        var bank = PromptLibrary.FromFile(path);

        bank.Name.ShouldBe("mine");
        bank.Version.ShouldBe("mine_2");
        bank.Description.ShouldBe("For a test");
        bank.System.ShouldBe("One.\n\nTwo.");
        bank.UserTemplate.ShouldBe("Answer {CLAIM}.");
        bank.Paraphrases.ShouldBe(["Statement: {CLAIM}\nHow likely?", "{CLAIM} (percent)"]);
        bank.SourcePath.ShouldBe(path);

        // printf 'One.\n\nTwo.\n\nAnswer {CLAIM}.\n\nStatement: {CLAIM}\nHow likely?\n{CLAIM} (percent)' | sha256sum
        bank.Hash.ShouldBe("28c42d0407d7810b0944dcb55ced7a19bc58982fd9b5798e59c87fff291910ba");
    }

    [Fact]
    public void All_problems_of_a_file_are_reported_at_once_with_their_lines() =>
        _folder
            .Problems(
                """
                version: Mine 1
                sytem: Judge.
                paraphrases:
                  - 'Is {CLAIM} true?'
                  - 'Is it true?'
                  - 'Is {CLAIM} or {CLAIM} true?'
                  - "Is  {CLAIM}\ntrue?"
                  - 5
                  - [a, b]
                  - "bell \a {CLAIM}"
                """
            )
            .ShouldBe([
                "x.yaml:1: the key 'system' is missing",
                "x.yaml:1: the key 'user_template' is missing",
                $"x.yaml:1: version 'Mine 1' must be a name that {PromptBankFile.NameRule}",
                "x.yaml:2: unknown key 'sytem'; did you mean 'system'? (the keys are version, description, system, user_template, paraphrases)",
                "x.yaml:5: paraphrase 2 has no {CLAIM}",
                "x.yaml:6: paraphrase 3 has {CLAIM} 2 times; it needs it once",
                "x.yaml:7: paraphrase 4 is the same as paraphrase 1",
                "x.yaml:8: paraphrase 5 must be text, not 5; put it in quotes",
                "x.yaml:9: paraphrase 6 must be text, not a list; put it in quotes",
                "x.yaml:10: paraphrase 7 holds the invisible character U+0007; take it out",
            ]);

    [Theory]
    [InlineData("", "x.yaml:1: the file is empty")]
    [InlineData("# only a comment\n", "x.yaml:1: the file is empty")]
    [InlineData("- a\n- b\n", "x.yaml:1: a prompt bank is a mapping with the keys")]
    [InlineData("version: a\nsystem: \"open\nuser_template: x\n", "malformed YAML: ")]
    [InlineData("version: a\n\tsystem: b\n", "x.yaml:1: malformed YAML: While scanning a plain scalar, found a tab")]
    public void A_file_of_the_wrong_form_is_refused(string yaml, string expected)
    {
        var problem = _folder.Problems(yaml).ShouldHaveSingleItem();

        problem.ShouldContain(expected);
        problem.ShouldNotContain("Idx:");
    }

    [Theory]
    [InlineData("version: 7", "version must be text, not 7; put it in quotes")]
    [InlineData("version: true", "version must be text, not true; put it in quotes")]
    [InlineData("version:", "version must be text, not nothing; put it in quotes (\"\" for an empty one)")]
    [InlineData("version: [a]", "version must be text, not a list; put it in quotes")]
    [InlineData("version: {a: b}", "version must be text, not a mapping; put it in quotes")]
    [InlineData("version: -a", "version '-a' must be a name that")]
    [InlineData("version: ../a", "version '../a' must be a name that")]
    public void A_version_that_is_no_name_is_refused(string line, string expected) =>
        _folder
            .Problems(PromptFolder.Bank().Replace("version: x_1", line, StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldStartWith("x.yaml:1: " + expected);

    [Theory]
    [InlineData("paraphrases: []", "x.yaml:4: paraphrases is empty; a bank needs at least one")]
    [InlineData("paraphrases: text", "x.yaml:4: paraphrases must be a list of texts")]
    public void A_bank_without_paraphrases_is_refused(string line, string expected) =>
        _folder.Problems($"version: a\nsystem: b\nuser_template: c\n{line}\n").ShouldBe([expected]);

    [Fact]
    public void A_key_given_twice_is_refused_with_both_lines() =>
        _folder
            .Problems(PromptFolder.Bank() + "\nversion: x_2\n")
            .ShouldBe(["x.yaml:6: 'version' stands here a second time; the first is on line 1"]);

    [Fact]
    public void Instructions_that_name_the_claim_are_refused() =>
        _folder
            .Problems(PromptFolder.Bank().Replace("Judge.", "'Judge {CLAIM}.'", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldStartWith("x.yaml:2: system must not hold {CLAIM}");

    [Theory]
    [InlineData("\\u202E", "U+202E")]
    [InlineData("\\u200B", "U+200B")]
    [InlineData("\\t", "U+0009")]
    public void Characters_that_cannot_be_seen_are_refused(string escape, string name) =>
        _folder
            .Problems(PromptFolder.Bank(paraphrases: $"  - \"Is {escape} {{CLAIM}} true?\""))
            .ShouldBe([$"x.yaml:5: paraphrase 1 holds the invisible character {name}; take it out"]);

    [Fact]
    public void A_file_over_256_KiB_is_refused() =>
        _folder
            .Problems(PromptFolder.Bank() + "\n#" + new string('x', 256 * 1024))
            .ShouldHaveSingleItem()
            .ShouldBe("x.yaml:1: the file is larger than 256 KiB, the limit for a prompt bank");

    [Fact]
    public void A_file_that_is_not_UTF8_is_refused() =>
        _folder.Problems([.. "version: "u8, 0xE9, 0x0A]).ShouldBe(["x.yaml:1: the file is not UTF-8"]);

    [Fact]
    public void A_file_name_that_is_no_name_is_refused() =>
        _folder
            .Problems(PromptFolder.Bank(), "My bank.yaml")
            .ShouldBe([$"My bank.yaml:1: the file name 'My bank' must be a name that {PromptBankFile.NameRule}"]);

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(_folder.Path, "none.yaml");

        Should
            .Throw<InvalidPromptBankException>(() => PromptLibrary.FromFile(path))
            .Message.ShouldBe($"{path}:1: there is no such file");
    }

    [Fact]
    public void Deep_nesting_is_refused_at_once() =>
        _folder
            .Problems("other: " + new string('[', 200_000))
            .ShouldContain("x.yaml:1: malformed YAML: values are nested more than 16 deep");

    [Fact]
    public void A_second_document_is_refused() =>
        _folder
            .Problems(PromptFolder.Bank() + "\n---\nversion: b\n")
            .ShouldHaveSingleItem()
            .ShouldContain("second document");

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        PromptLibrary
            .FromFile(
                _folder.Write("bom.yaml", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(PromptFolder.Bank())])
            )
            .Version.ShouldBe("x_1");
}
