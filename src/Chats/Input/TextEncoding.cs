using System.Text;

namespace Heretix.Chats.Input;

/// <summary>How a text file stores its characters.</summary>
internal sealed record TextEncoding(string Name, int ByteOrderMark, Encoding? Encoding)
{
    private static readonly TextEncoding Utf8 = new("utf-8", 0, null);

    /// <summary>The fallback for files that are no UTF-8.</summary>
    public static TextEncoding Windows1252 { get; } = new("windows-1252", 0, new Windows1252());

    /// <summary>Tells by the byte order mark, or by where the zero bytes of ASCII characters in UTF-16 stand.</summary>
    public static TextEncoding Detect(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return new TextEncoding("utf-8-bom", 3, null);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return new TextEncoding("utf-16le", 2, Encoding.Unicode);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return new TextEncoding("utf-16be", 2, Encoding.BigEndianUnicode);
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < start.Length; i += 2)
        {
            even += start[i] == 0 ? 1 : 0;
            odd += start[i + 1] == 0 ? 1 : 0;
        }
        var many = start.Length / 8;
        return odd > many && even < odd / 4 ? new TextEncoding("utf-16le", 0, Encoding.Unicode)
            : even > many && odd < even / 4 ? new TextEncoding("utf-16be", 0, Encoding.BigEndianUnicode)
            : Utf8;
    }

    /// <summary>The file as UTF-8, behind its byte order mark.</summary>
    public Stream Utf8Stream(Stream file)
    {
        Span<byte> mark = stackalloc byte[3];
        file.ReadExactly(mark[..ByteOrderMark]);
        return Encoding is null ? file : Encoding.CreateTranscodingStream(file, Encoding, System.Text.Encoding.UTF8);
    }
}
