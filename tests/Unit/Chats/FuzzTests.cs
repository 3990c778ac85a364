using System.Text;
using Heretix.Chats;
using Heretix.Chats.Statistics;
using Heretix.Tests.Unit.Chats.Synthetic;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Whatever the bytes are: an answer, no exception beside the one for broken sources, no unbounded memory.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void Random_bytes_are_answered() => Try("random bytes", Noise);

    [Fact]
    public void Mutated_exports_are_answered()
    {
        var forms = Forms.All().ToList();
        Try(
            "mutated exports",
            chance => Mutated(SyntheticChat.Write(forms[chance.Next(forms.Count)], chance.Next(), 30).Utf8, chance)
        );
    }

    [Fact]
    public void Mutated_json_is_answered() =>
        Try("mutated JSON", chance => Mutated(chance.Next(2) == 0 ? JsonChats.Telegram : JsonChats.Instagram, chance));

    [Fact]
    public void Mutated_zips_are_answered()
    {
        var zip = Zips.Of(("_chat.txt", SyntheticChat.Write(new ExportForm(), 5, 60).Utf8));
        Try("mutated zips", chance => Mutated(zip, chance));
    }

    [Fact]
    public void Memory_does_not_grow_with_a_file_of_nothing_but_strangeness()
    {
        var once = Allocated(Strange(8_000_000));
        Allocated(Strange(16_000_000)).ShouldBeLessThan(once + once / 4);
    }

    /// <summary>Ever new authors, markers, forms and words for the halves of a day.</summary>
    private static byte[] Strange(int length)
    {
        var chance = new Random(11);
        var text = new StringBuilder("1/2/24, 10:00 - A: x\n");
        while (text.Length < length)
        {
            text.Append("1/2/24, 10:00 - ").Append(chance.Next()).Append(": <").Append(chance.Next()).Append(">\n");
            text.Append(chance.Next(99)).Append('/').Append(chance.Next(99)).Append("/24 zz, 10:00 - q: w\n");
            text.Append("1/2/24, 10:00 ").Append((char)('a' + chance.Next(26))).Append("q - r: s\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static long Allocated(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var export = ChatExport
            .Open(stream, null, TestContext.Current.CancellationToken)
            .ShouldBeOfType<ChatOpening.Opened>()
            .Export;
        using var reader = export.Read();
        while (reader.Read()) { }
        reader.Authors.Count.ShouldBe(AuthorTable.Most + 1);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Try(string what, Func<Random, byte[]> bytes)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"{what}: seed {seed}");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var n = 0; clock.Elapsed < Time; n++)
        {
            var input = bytes(new Random(seed + n));
            try
            {
                Read(input);
            }
            catch (Exception failure) when (failure is not InvalidDataException)
            {
                throw new InvalidOperationException($"{what}, seed {seed + n}", failure);
            }
        }
    }

    private static void Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        if (ChatExport.Open(stream) is not ChatOpening.Opened { Export: var export })
            return;
        using (export)
        {
            using var reader = export.Read();
            var statistics = new StatisticsBuilder();
            while (reader.Read())
            {
                var message = reader.Current;
                System.Text.Unicode.Utf8.IsValid(message.Text).ShouldBeTrue();
                statistics.Add(message);
            }
            statistics.Build(reader.Authors).TotalMessages.ShouldBeLessThanOrEqualTo(reader.Count);
        }
    }

    private static byte[] Noise(Random chance)
    {
        var bytes = new byte[chance.Next(4000)];
        chance.NextBytes(bytes);
        if (chance.Next(2) == 0)
        {
            // Characters of headers, in any order.
            const string characters = "0123456789/-.:,[] \n\rAPMamp";
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)characters[chance.Next(characters.Length)];
        }
        return bytes;
    }

    private static byte[] Mutated(byte[] original, Random chance)
    {
        var bytes = original.ToArray();
        for (var n = chance.Next(1, 40); n > 0; n--)
        {
            var at = chance.Next(bytes.Length);
            switch (chance.Next(4))
            {
                case 0:
                    bytes[at] = (byte)chance.Next(256);
                    break;
                case 1:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + chance.Next(30))..], (byte)'x'];
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[chance.Next(at + 1)..at], .. bytes[at..]];
                    break;
                default:
                    bytes[at] ^= (byte)(1 << chance.Next(8));
                    break;
            }
        }
        return bytes;
    }
}
