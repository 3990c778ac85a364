using System.Globalization;
using System.Text;
using Heretix.Accounts.Passwords;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>The normal form C, against what another implementation of Unicode 14.0 says.</summary>
public sealed class ComposedFormTests
{
    [Fact]
    public void Every_decomposable_character_and_random_texts_come_out_as_elsewhere()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Accounts", "nfc-vectors.txt"));
        lines.Length.ShouldBeGreaterThan(5000);
        foreach (var line in lines)
        {
            var (text, composed) = (Text(line.Split(';')[0]), Text(line.Split(';')[1]));
            ComposedForm.Of(text).ShouldBe(composed, line);
            ComposedForm.Of(composed).ShouldBe(composed, line);
        }
    }

    [Fact]
    public void Half_of_a_pair_is_no_text()
    {
        foreach (var text in (string[])["\ud83d", "a\udc19b", "\udc19\ud83d"])
            ComposedForm.Of(text).ShouldBeNull();
    }

    private static string Text(string hex) =>
        string.Concat(
            hex.Split(' ')
                .Select(code =>
                    new Rune(int.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString()
                )
        );
}
