using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Heretix.Platform.Cache.Resp;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Replies of Redis are read as the protocol says, from any pieces, and nothing else passes for one.</summary>
public sealed class RespReaderTests
{
    private const int LargestBulk = 200;

    [Theory]
    [InlineData("+OK\r\n", "+OK")]
    [InlineData("-ERR no\r\n", "-ERR no")]
    [InlineData(":-42\r\n", ":-42")]
    [InlineData(":+7\r\n", ":7")]
    [InlineData("$3\r\na\r\n\r\n", "$a\r\n")]
    [InlineData("$0\r\n\r\n", "$")]
    [InlineData("$-1\r\n", "null")]
    [InlineData("*-1\r\n", "null")]
    [InlineData("*0\r\n", "[]")]
    [InlineData("*3\r\n:1\r\n$1\r\nx\r\n*1\r\n$-1\r\n", "[:1 $x [null]]")]
    public void A_reply_is_read_as_the_protocol_says(string bytes, string expected) =>
        Outcome([Encoding.UTF8.GetBytes(bytes)]).ShouldBe([expected]);

    [Theory]
    [InlineData("!x\r\n", "byte 0x21")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "byte 0x48")]
    [InlineData(":1x\r\n", "number that is none")]
    [InlineData(":\r\n", "number that is none")]
    [InlineData(":99999999999999999999\r\n", "number that is none")]
    [InlineData(":+-1\r\n", "number that is none")]
    [InlineData("$-2\r\n", "bulk string of -2 bytes")]
    [InlineData("$201\r\n", "at most 200")]
    [InlineData("$1\r\nab\r\n", "does not end there")]
    [InlineData("*-5\r\n", "array of -5")]
    [InlineData("*70000\r\n", "array of 70000")]
    [InlineData("+a\rb\r\n", "carriage return alone")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", "nested")]
    public void What_is_not_a_reply_is_told_with_its_reason(string bytes, string reason) =>
        Outcome([Encoding.UTF8.GetBytes(bytes)]).Last().ShouldContain(reason);

    [Fact]
    public void An_endless_line_is_given_up_before_it_fills_the_memory()
    {
        var line = Enumerable.Repeat((byte)'a', 70_000).Prepend((byte)'+').ToArray();
        Outcome([line]).ShouldBe(["! a line of more than 65536 bytes"]);
    }

    [Fact]
    public void Any_reply_comes_through_any_pieces_unchanged() =>
        Prop.ForAll(
                Replies().ToArbitrary(),
                Cuts().ToArbitrary(),
                (reply, cuts) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(string.Concat(reply.Select(Encode)));
                    return Outcome(Pieces(bytes, cuts)).SequenceEqual(reply.Select(Show));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_in_any_pieces_come_to_the_same_end_as_in_one() =>
        Prop.ForAll(
                NearlyReplies().ToArbitrary(),
                Cuts().ToArbitrary(),
                (bytes, cuts) => Outcome(Pieces(bytes, cuts)).SequenceEqual(Outcome([bytes]))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_command_is_an_array_of_bulk_strings()
    {
        var output = new ArrayBufferWriter<byte>();
        RespArgument.Write(output, ["SET", "ключ", new byte[] { 13, 10 }, "PX", long.MinValue]);
        Encoding
            .UTF8.GetString(output.WrittenSpan)
            .ShouldBe("*5\r\n$3\r\nSET\r\n$8\r\nключ\r\n$2\r\n\r\n\r\n$2\r\nPX\r\n$20\r\n-9223372036854775808\r\n");
    }

    /// <summary>What a connection would see: the replies, and the reason if they end in one.</summary>
    private static List<string> Outcome(IEnumerable<byte[]> pieces)
    {
        var outcome = new List<string>();
        var reader = new RespReader(LargestBulk);
        byte[] held = [];
        try
        {
            foreach (var piece in pieces)
            {
                held = [.. held, .. piece];
                var buffer = Segmented(held);
                while (reader.TryRead(ref buffer, out var value))
                    outcome.Add(Show(value));
                held = buffer.ToArray();
            }
        }
        catch (RespProtocolException e)
        {
            outcome.Add("! " + e.Message);
        }
        return outcome;
    }

    /// <summary>Small segments, so that everything is read across their borders too.</summary>
    private static ReadOnlySequence<byte> Segmented(byte[] bytes)
    {
        if (bytes.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        var chunks = bytes.Chunk(3).ToList();
        var first = new Segment(chunks[0], null);
        var last = chunks.Skip(1).Aggregate(first, (previous, chunk) => new Segment(chunk, previous));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static IEnumerable<byte[]> Pieces(byte[] bytes, int[] cuts)
    {
        var at = 0;
        foreach (var cut in cuts)
        {
            yield return bytes[at..Math.Min(bytes.Length, at + cut)];
            at = Math.Min(bytes.Length, at + cut);
        }
        yield return bytes[at..];
    }

    private static Gen<int[]> Cuts() => Gen.ArrayOf(Gen.Choose(0, 12));

    private static Gen<RespValue[]> Replies() => Gen.ArrayOf(Reply(2)).Where(replies => replies.Length < 8);

    private static Gen<RespValue> Reply(int depth)
    {
        var text = Gen.ArrayOf(Gen.Elements("abc \t$*:+-1".ToCharArray())).Select(Bytes);
        var plain = Gen.OneOf(
            text.Select(RespValue.Status),
            text.Select(RespValue.Error),
            Gen.ArrayOf(Gen.Elements("\r\n$a".ToCharArray())).Select(Bytes).Select(RespValue.Bulk),
            ArbMap.Default.GeneratorFor<long>().Select(RespValue.Of),
            Gen.Constant(RespValue.Null)
        );
        return depth == 0
            ? plain
            : Gen.OneOf(plain, Gen.ArrayOf(Reply(depth - 1)).Where(items => items.Length < 5).Select(RespValue.Array));
    }

    private static byte[] Bytes(char[] text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Bytes of the protocol's own alphabet go wrong in more interesting ways than any bytes would.</summary>
    private static Gen<byte[]> NearlyReplies() =>
        Gen.OneOf(
            Gen.ArrayOf(Gen.Elements("+-:$*\r\n0123ab".ToCharArray())).Select(Bytes),
            Gen.ArrayOf(
                    Gen.Elements(
                        "+OK\r\n",
                        ":12\r\n",
                        "$2\r\nab\r\n",
                        "*2\r\n",
                        "$-1\r\n",
                        "*-1\r\n",
                        "\r",
                        "\n",
                        "$3\r\n",
                        "x"
                    )
                )
                .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))
        );

    private static string Show(RespValue value) =>
        value.Kind switch
        {
            RespKind.Null => "null",
            RespKind.Status => "+" + Encoding.UTF8.GetString(value.Bytes.Span),
            RespKind.Error => "-" + Encoding.UTF8.GetString(value.Bytes.Span),
            RespKind.Bulk => "$" + Encoding.UTF8.GetString(value.Bytes.Span),
            RespKind.Integer => $":{value.Integer}",
            RespKind.Array => $"[{string.Join(' ', value.Items.ToArray().Select(Show))}]",
            _ => "none",
        };

    private static string Encode(RespValue value) =>
        value.Kind switch
        {
            RespKind.Null => "$-1\r\n",
            RespKind.Array => $"*{value.Items.Length}\r\n" + string.Concat(value.Items.ToArray().Select(Encode)),
            RespKind.Bulk => $"${value.Bytes.Length}\r\n{Encoding.UTF8.GetString(value.Bytes.Span)}\r\n",
            _ => Show(value) + "\r\n",
        };

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
