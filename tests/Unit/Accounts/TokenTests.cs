using FsCheck;
using FsCheck.Fluent;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Tokens;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>Secrets, links and CSRF tokens: their form, and that nothing else passes for one.</summary>
public sealed class TokenTests
{
    [Fact]
    public void A_secret_has_256_bits_one_spelling_and_keeps_quiet()
    {
        var secrets = Enumerable.Range(0, 1000).Select(_ => Secret.New()).ToList();
        secrets.Select(secret => secret.Text).Distinct().Count().ShouldBe(1000);
        foreach (var secret in secrets)
        {
            secret.Text.Length.ShouldBe(43);
            Secret.TryParse(secret.Text, out var read).ShouldBeTrue();
            read.ShouldBe(secret);
            read.Hash().Length.ShouldBe(32);
            $"{secret}".ShouldBe("(secret)");
        }
        // Every one of the 256 bits is sometimes set and sometimes not.
        var seen = secrets.Select(secret => System.Buffers.Text.Base64Url.DecodeFromChars(secret.Text)).ToList();
        for (var bit = 0; bit < 256; bit++)
            seen.Count(bytes => (bytes[bit / 8] >> (bit % 8) & 1) == 1).ShouldBeInRange(350, 650);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")] // unused bits set
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA\u0000AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ÄAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_could_not_have_been_made_is_no_secret(string? text) =>
        Secret.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Reading_anything_never_throws()
    {
        var session = Secret.New();
        Prop.ForAll<string?>(text =>
                !Secret.TryParse(text, out _)
                && !LinkToken.TryParse(text, out _)
                && !CsrfToken.IsFor(session, text ?? "")
                && !CsrfToken.IsFor(session, $"{text}.{text}")
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_link_token_is_read_as_it_was_written()
    {
        var selector = LinkToken.NewSelector();
        selector.Length.ShouldBe(32);
        var token = LinkToken.Of(selector, Secret.New());
        LinkToken.TryParse(token.Text, out var read).ShouldBeTrue();
        read.ShouldBe(token);
        $"{token}".ShouldBe("(link token)");
        LinkToken.TryParse(token.Text.ToUpperInvariant(), out _).ShouldBeFalse();
        LinkToken.TryParse(token.Text + "A", out _).ShouldBeFalse();
        LinkToken.TryParse(token.Text[1..], out _).ShouldBeFalse();
        LinkToken.TryParse(token.Text.Replace(':', '.'), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_csrf_token_is_for_its_session_alone_and_each_is_different()
    {
        var (mine, other) = (Secret.New(), Secret.New());
        var (first, second) = (CsrfToken.New(mine), CsrfToken.New(mine));
        first.ShouldNotBe(second);
        CsrfToken.IsFor(mine, first).ShouldBeTrue();
        CsrfToken.IsFor(mine, second).ShouldBeTrue();
        CsrfToken.IsFor(other, first).ShouldBeFalse();
        CsrfToken.IsFor(mine, $"{first.Split('.')[0]}.{second.Split('.')[1]}").ShouldBeFalse();
        first.ShouldNotContain(mine.Text);
        for (var position = 0; position < first.Length; position++)
        {
            var changed = first.ToCharArray();
            changed[position] = changed[position] == 'w' ? 'A' : 'w'; // differs in bits that count, also at the end
            CsrfToken.IsFor(mine, new string(changed)).ShouldBeFalse($"at {position}");
        }
    }
}
