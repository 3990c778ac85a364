using System.Text;
using Heretix.Accounts.Totp;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>Codes of apps, against the vectors of the RFCs, and the codes that stand in for them.</summary>
public sealed class OneTimePasswordTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    /// <summary>RFC 4226, appendix D.</summary>
    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void Codes_of_a_counter_are_those_of_the_RFC(long counter, string code) =>
        OneTimePassword.CodeOf(Secret, counter).ShouldBe(code);

    /// <summary>RFC 6238, appendix B, SHA-1; the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, 0x1, "287082")]
    [InlineData(1111111109, 0x23523EC, "081804")]
    [InlineData(1111111111, 0x23523ED, "050471")]
    [InlineData(1234567890, 0x273EF07, "005924")]
    [InlineData(2000000000, 0x3F940AA, "279037")]
    [InlineData(20000000000, 0x27BC86AA, "353130")]
    public void Codes_of_a_time_are_those_of_the_RFC(long seconds, long step, string code)
    {
        OneTimePassword.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds)).ShouldBe(step);
        OneTimePassword.CodeOf(Secret, step).ShouldBe(code);
    }

    [Fact]
    public void A_code_is_taken_one_step_before_and_after_its_own_and_no_further()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var present = OneTimePassword.StepAt(now);
        for (var away = -4; away <= 4; away++)
        {
            var code = OneTimePassword.CodeOf(Secret, present + away);
            OneTimePassword
                .Match(Secret, code, now, after: null)
                .ShouldBe(Math.Abs(away) <= 1 ? present + away : null, $"{away} steps away");
        }
    }

    [Fact]
    public void A_step_that_was_taken_is_used_up_with_all_before_it()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var present = OneTimePassword.StepAt(now);
        var codes = Enumerable.Range(-1, 3).Select(away => OneTimePassword.CodeOf(Secret, present + away)).ToList();
        OneTimePassword.Match(Secret, codes[0], now, after: present).ShouldBeNull();
        OneTimePassword.Match(Secret, codes[1], now, after: present).ShouldBeNull();
        OneTimePassword.Match(Secret, codes[2], now, after: present).ShouldBe(present + 1);
    }

    [Theory]
    [InlineData("123456", true)]
    [InlineData(" 123 456 ", true)]
    [InlineData("12345", false)]
    [InlineData("1234567", false)]
    [InlineData("12345a", false)]
    [InlineData("\u0661\u0662\u0663\u0664\u0665\u0666", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Six_digits_are_a_code_and_nothing_else(string? text, bool isCode) =>
        OneTimePassword.TryRead(text, out _).ShouldBe(isCode);

    /// <summary>RFC 4648, section 10, without padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_RFC(string text, string encoded) =>
        Base32.Encode(Encoding.ASCII.GetBytes(text)).ShouldBe(encoded);

    [Fact]
    public void An_app_is_told_everything_by_one_address() =>
        OtpauthAddress
            .Of("MZXW6YTB", "ada+x@example.org")
            .ShouldBe(
                "otpauth://totp/Heretix:ada%2Bx%40example.org?secret=MZXW6YTB&issuer=Heretix&algorithm=SHA1&digits=6&period=30"
            );

    [Fact]
    public void Recovery_codes_have_120_bits_and_are_read_as_people_type_them()
    {
        var codes = Enumerable.Range(0, 1000).Select(_ => RecoveryCode.New()).ToList();
        codes.Distinct(StringComparer.Ordinal).Count().ShouldBe(1000);
        foreach (var code in codes)
        {
            code.ShouldMatch("^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$");
            var plain = code.Replace("-", "", StringComparison.Ordinal);
            RecoveryCode.TryHash(code, out var hash).ShouldBeTrue();
            foreach (
                var spelling in (string[])
                    [
                        plain,
                        plain.ToLowerInvariant(),
                        $" {code.Replace('-', ' ')} ",
                        code.Replace('O', '0').Replace('I', '1').Replace('B', '8'),
                    ]
            )
            {
                RecoveryCode.TryHash(spelling, out var same).ShouldBeTrue(spelling);
                same.ShouldBe(hash);
            }
        }
        // Every letter stands in every place.
        for (var place = 0; place < 24; place++)
            codes
                .Select(code => code.Replace("-", "", StringComparison.Ordinal)[place])
                .Distinct()
                .Count()
                .ShouldBe(32);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123456")]
    [InlineData("AAAA-AAAA-AAAA-AAAA-AAAA-AAA")]
    [InlineData("AAAA-AAAA-AAAA-AAAA-AAAA-AAAAA")]
    [InlineData("AAAA-AAAA-AAAA-AAAA-AAAA-AAA9")]
    [InlineData("AAAA-AAAA-AAAA-AAAA-AAAA-AAA\u00c4")]
    [InlineData("AAAA AAAA AAAA AAAA AAAA AAAA                                           A")]
    public void Nothing_else_is_a_recovery_code(string? text) => RecoveryCode.TryHash(text, out _).ShouldBeFalse();
}
