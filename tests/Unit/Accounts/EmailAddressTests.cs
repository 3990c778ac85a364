using FsCheck;
using FsCheck.Fluent;
using Heretix.Accounts.Users;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>One form for each address, and nothing that could be two things at once.</summary>
public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData(" \tAda.Lovelace+Heretix@Example.ORG \r\n", "ada.lovelace+heretix@example.org")]
    [InlineData("o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk")]
    [InlineData("a@b.c", "a@b.c")]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@BÜCHER.example", "ada@xn--bcher-kva.example")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org")]
    public void An_address_has_one_form(string text, string form)
    {
        EmailAddress.TryParse(text, out var address, out var problem).ShouldBeTrue(problem);
        address.Text.ShouldBe(form);
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ada")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada@localhost")]
    [InlineData("ada@example..org")]
    [InlineData("ada@-example.org")]
    [InlineData("ada@example-.org")]
    [InlineData("ada@127.0.0.1")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@@example.org")]
    [InlineData("ada@evil.example@example.org")]
    [InlineData(".ada@example.org")]
    [InlineData("ada.@example.org")]
    [InlineData("a..b@example.org")]
    [InlineData("a b@example.org")]
    [InlineData("\"ada\"@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("ada@example.org, bob@example.org")]
    [InlineData("ada@example.org;bob@example.org")]
    [InlineData("ada(comment)@example.org")]
    [InlineData("ada\r\nBcc: all@example.org")]
    [InlineData("ada@example.org\nx")]
    [InlineData("ada@exam\0ple.org")]
    [InlineData("ada\u200b@example.org")]
    [InlineData("\u212Aim@example.org")] // the Kelvin sign is k in lower case
    [InlineData("ad\u0131@example.org")]
    public void What_is_not_a_plain_address_is_refused_with_a_reason(string? text)
    {
        EmailAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Lengths_are_those_of_the_protocol()
    {
        var local = new string('a', 64);
        var label = new string('b', 63);
        EmailAddress.TryParse($"{local}@example.org", out _, out _).ShouldBeTrue();
        EmailAddress.TryParse($"{local}a@example.org", out _, out _).ShouldBeFalse();
        EmailAddress.TryParse($"{local}@{label}.{label}.{label}.{label[..61]}", out var longest, out _).ShouldBeTrue();
        longest.Text.Length.ShouldBeLessThanOrEqualTo(320);
        EmailAddress.TryParse($"{local}@{label}.{label}.{label}.{label[..62]}", out _, out _).ShouldBeFalse();
        EmailAddress.TryParse($"{local}@{label}b.org", out _, out _).ShouldBeFalse();
        EmailAddress.TryParse(new string('a', 100_000) + "@example.org", out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_form_of_a_form_is_itself_and_anything_else_never_throws()
    {
        Prop.ForAll<string?>(text =>
            {
                if (!EmailAddress.TryParse(text, out var address, out _))
                    return true;
                return EmailAddress.TryParse(address.Text, out var again, out _) && again == address;
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Spellings_in_upper_and_lower_case_are_one_address()
    {
        var letters = Gen.Elements("adaADA.+_09".ToCharArray()).ArrayOf().Select(chars => new string(chars));
        Prop.ForAll(
                letters.ToArbitrary(),
                local =>
                {
                    var one = EmailAddress.TryParse($"{local}@Example.org", out var first, out _);
                    var two = EmailAddress.TryParse($"{local.ToUpperInvariant()}@EXAMPLE.ORG", out var second, out _);
                    return one == two && first == second && (!one || first.Hash() == second.Hash());
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_address_does_not_print_itself()
    {
        EmailAddress.TryParse("ada@example.org", out var address, out _).ShouldBeTrue();
        $"{address}".ShouldNotContain("ada");
    }
}
