using Heretix.Accounts.Passwords;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>Which passwords may be chosen.</summary>
public sealed class PasswordRulesTests : IDisposable
{
    private readonly string list = Path.GetTempFileName();

    [Theory]
    [InlineData("correct horse")]
    [InlineData("        ")]
    [InlineData("aaaaaaaa")]
    [InlineData("пароль от всего")]
    [InlineData("🐙🐙🐙🐙🐙🐙🐙🐙")]
    [InlineData("heretix is not my horse")]
    [InlineData("my example of a password")]
    [InlineData("12345678")]
    public void Eight_characters_of_any_kind_are_enough(string password) => Problem(password).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("short77")]
    [InlineData("🐙🐙🐙🐙")]
    [InlineData("e\u0301e\u0301e\u0301e\u0301")]
    public void Fewer_are_not(string password) => Problem(password).ShouldBe("must have at least 8 characters");

    [Fact]
    public void Length_is_counted_in_code_points_up_to_128()
    {
        Problem(string.Concat(Enumerable.Repeat("🐙", 128))).ShouldBeNull();
        Problem(new string('é', 128)).ShouldBeNull();
        Problem(new string('x', 129)).ShouldBe("must have at most 128 characters");
        Problem(string.Concat(Enumerable.Repeat("🐙", 129))).ShouldBe("must have at most 128 characters");
    }

    [Theory]
    [InlineData("heretix1")]
    [InlineData("Heretix!2026")]
    [InlineData("h3r3t1x-h3r3t1x")]
    [InlineData("heretixabc")]
    [InlineData("ada@example.org")]
    [InlineData("Lovelace1815")]
    [InlineData("ada.lovelace99")]
    [InlineData("L0vel4ce!!")]
    [InlineData("example.org")]
    public void What_is_built_from_our_name_or_the_own_address_is_refused(string password) =>
        Problem(password, "ada.lovelace@example.org")
            .ShouldBe("is built from the name of this service or from your e-mail address: choose another");

    [Fact]
    public void The_same_letters_are_the_same_password()
    {
        Password.TryRead("e\u0301tude 1234", out var decomposed).ShouldBeTrue();
        Password.TryRead("étude 1234", out var composed).ShouldBeTrue();
        decomposed.ShouldBe(composed);
        Password.TryRead("half \ud83d of it", out _).ShouldBeFalse();
        Password.TryRead(null, out _).ShouldBeFalse();
        composed.ToString().ShouldNotContain("tude");
    }

    [Fact]
    public void What_the_operator_listed_is_refused_in_any_case()
    {
        File.WriteAllText(list, "Password123\n\nletmein99\r\n");
        Problem("password123", listed: true).ShouldBe("is one of those that are tried first: choose another");
        Problem("LetMeIn99", listed: true).ShouldNotBeNull();
        Problem("password1234", listed: true).ShouldBeNull();
    }

    [Fact]
    public void A_list_that_cannot_be_used_is_named_before_the_start()
    {
        var check = new PasswordBlocklist.Check();
        check.Problems(Settings(null)).ShouldBeEmpty();
        check
            .Problems(Settings("/nowhere/at/all"))
            .Single()
            .ShouldStartWith("PASSWORD_BLOCKLIST: there is no such file");
        check.Problems(Settings(list)).Single().ShouldContain("no password in it");
        File.WriteAllBytes(list, [0x61, 0xff, 0xfe, 0x0a]);
        check.Problems(Settings(list)).Single().ShouldContain("cannot be read");
        File.WriteAllText(list, "password\n");
        check.Problems(Settings(list)).ShouldBeEmpty();
    }

    public void Dispose() => File.Delete(list);

    private string? Problem(string text, string email = "someone@else.net", bool listed = false)
    {
        Password.TryRead(text, out var password).ShouldBeTrue();
        return new PasswordRules(new PasswordBlocklist(Settings(listed ? list : null))).Problem(password, email);
    }

    private static ServerSettings Settings(string? path) =>
        new()
        {
            DataFolder = "",
            AppUrl = new Uri("http://127.0.0.1"),
            ApiUrl = new Uri("http://127.0.0.1"),
            Configuration = new ConfigurationBuilder().AddInMemoryCollection([new("PASSWORD_BLOCKLIST", path)]).Build(),
        };
}
