using System.Text;
using Heretix.Chats.Parsing;
using Heretix.Tests.Unit.Chats.Synthetic;

namespace Heretix.Tests.Unit.Chats;

/// <summary>The quick way reads what it reads as the grammar does.</summary>
public sealed class PlainHeaderTests
{
    [Fact]
    public void Both_ways_agree_on_every_form()
    {
        var chance = new Random(3);
        var quick = 0;
        foreach (var form in Forms.All())
        {
            for (var n = 0; n < 20; n++)
            {
                var time = new DateTime(2024, 1, 1).AddSeconds(chance.Next(31_000_000));
                var line = Encoding.UTF8.GetBytes(
                    form.Header(time) + "Somebody with a name: and a text that is long enough"
                );
                if (!PlainHeader.TryRead(line, out var plain))
                    continue;
                quick++;
                var zone = HeaderZone.Full(line, new char[HeaderZone.Longest], new ushort[HeaderZone.Longest + 1]);
                HeaderGrammar.TryRead(zone.Text, out var full).ShouldBeTrue(form.ToString());
                zone.ByteOffset(full.End).ShouldBe(plain.End, form.ToString());
                (full with { End = 0 }).ShouldBe(plain with { End = 0 }, form.ToString());
            }
        }
        quick.ShouldBeGreaterThan(4000);
    }

    [Theory]
    [InlineData("12/03/2024 we met at 10:15 - and had a lot of fun there")]
    [InlineData("12/03/2024, 10:155 - Somebody: with an impossible minute")]
    [InlineData("12/03-2024, 10:15 - Somebody: with two kinds of separators")]
    [InlineData("12345/03/2024, 10:15 - Somebody: with too many figures")]
    [InlineData("[12/03/2024, 10:15 Somebody: without the closing bracket")]
    public void What_is_no_plain_header_is_left_to_the_grammar(string line) =>
        PlainHeader.TryRead(Encoding.UTF8.GetBytes(line), out _).ShouldBeFalse();
}
