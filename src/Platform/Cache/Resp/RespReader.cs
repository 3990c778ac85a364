using System.Buffers;
using System.Buffers.Text;

namespace Heretix.Platform.Cache.Resp;

/// <summary>
/// Reads replies of the Redis serialisation protocol, version 2
/// (https://redis.io/docs/latest/develop/reference/protocol-spec/). It keeps no state: bytes that end in the middle of a
/// reply are simply offered again with what followed.
/// </summary>
/// <param name="largestBulk">Longest bulk string that is taken, in bytes.</param>
internal readonly struct RespReader(int largestBulk)
{
    private const int LongestLine = 64 * 1024;
    private const int MostItems = 64 * 1024;
    private const int Deepest = 8;

    /// <summary>Takes one reply off the front of <paramref name="buffer"/>; false when it is not complete yet.</summary>
    /// <exception cref="RespProtocolException">The bytes cannot become a reply, whatever follows.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out RespValue value)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!TryRead(ref reader, 0, out value))
            return false;
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private bool TryRead(ref SequenceReader<byte> reader, int depth, out RespValue value)
    {
        value = default;
        if (!reader.TryRead(out var type))
            return false;
        if (type is not ((byte)'+' or (byte)'-' or (byte)':' or (byte)'$' or (byte)'*'))
            throw new RespProtocolException($"a reply begins with byte 0x{type:x2}, which RESP2 does not know");
        if (!TryReadLine(ref reader, out var line))
            return false;
        switch (type)
        {
            case (byte)'+':
                value = RespValue.Status(line.ToArray());
                return true;
            case (byte)'-':
                value = RespValue.Error(line.ToArray());
                return true;
            case (byte)':':
                value = RespValue.Of(Number(line));
                return true;
            case (byte)'$':
                return TryReadBulk(ref reader, Number(line), out value);
            default:
                return TryReadArray(ref reader, Number(line), depth, out value);
        }
    }

    private bool TryReadBulk(ref SequenceReader<byte> reader, long length, out RespValue value)
    {
        value = RespValue.Null;
        if (length == -1)
            return true;
        if (length < 0 || length > largestBulk)
            throw new RespProtocolException($"a bulk string of {length} bytes; at most {largestBulk} are taken");
        if (reader.Remaining < length + 2)
            return ExpectEnd(reader, length);
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        reader.TryCopyTo(bytes);
        reader.Advance(length);
        if (!reader.IsNext("\r\n"u8, advancePast: true))
            throw new RespProtocolException($"a bulk string of {length} bytes does not end there");
        value = RespValue.Bulk(bytes);
        return true;
    }

    /// <summary>The first byte after an incomplete bulk string may be here already; a wrong one is told at once.</summary>
    private static bool ExpectEnd(SequenceReader<byte> reader, long length)
    {
        if (reader.Remaining != length + 1)
            return false;
        reader.Advance(length);
        return reader.IsNext((byte)'\r')
            ? false
            : throw new RespProtocolException($"a bulk string of {length} bytes does not end there");
    }

    private bool TryReadArray(ref SequenceReader<byte> reader, long count, int depth, out RespValue value)
    {
        value = RespValue.Null;
        if (count == -1)
            return true;
        if (count is < 0 or > MostItems)
            throw new RespProtocolException($"an array of {count} items; at most {MostItems} are taken");
        if (depth == Deepest)
            throw new RespProtocolException($"arrays nested more than {Deepest} deep");

        // Room is made as the items arrive, not as a hostile header promises.
        var items = new List<RespValue>((int)Math.Min(count, 16));
        while (items.Count < count)
        {
            if (!TryRead(ref reader, depth + 1, out var item))
                return false;
            items.Add(item);
        }
        value = RespValue.Array([.. items]);
        return true;
    }

    private static bool TryReadLine(ref SequenceReader<byte> reader, out ReadOnlySequence<byte> line)
    {
        if (!reader.TryReadTo(out line, (byte)'\r'))
        {
            return reader.Remaining > LongestLine ? throw TooLong() : false;
        }
        if (line.Length > LongestLine)
            throw TooLong();
        if (!reader.TryRead(out var next))
            return false;
        return next == '\n' ? true : throw new RespProtocolException("a line ends in a carriage return alone");

        static RespProtocolException TooLong() => new($"a line of more than {LongestLine} bytes");
    }

    private static long Number(in ReadOnlySequence<byte> line)
    {
        Span<byte> digits = stackalloc byte[24];
        if (line.Length is > 0 and <= 24)
        {
            line.CopyTo(digits);
            var text = digits[..(int)line.Length];
            if (text[0] == '+' && text.Length > 1 && text[1] is not (byte)'-' and not (byte)'+')
                text = text[1..];
            if (Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length)
                return number;
        }
        throw new RespProtocolException("a length or number that is none");
    }
}
