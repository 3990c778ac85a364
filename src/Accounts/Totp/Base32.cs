namespace Heretix.Accounts.Totp;

/// <summary>Writes bytes in the alphabet of RFC 4648, section 6, without padding: what apps for codes read, and people can type.</summary>
internal static class Base32
{
    /// <summary>The letters and digits; 0, 1, 8 and 9 are left out because they look like letters.</summary>
    public const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int Bits = 5;

    /// <summary>The text of some bytes; a multiple of five bytes leaves no bit unused.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[((bytes.Length * 8) + Bits - 1) / Bits];
        var (waiting, count, written) = (0, 0, 0);
        foreach (var next in bytes)
        {
            waiting = ((waiting << 8) | next) & 0xFFFF;
            for (count += 8; count >= Bits; count -= Bits)
                text[written++] = Alphabet[(waiting >> (count - Bits)) & 31];
        }
        if (count > 0)
            text[written] = Alphabet[(waiting << (Bits - count)) & 31];
        return text.ToString();
    }
}
