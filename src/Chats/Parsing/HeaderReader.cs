namespace Heretix.Chats.Parsing;

/// <summary>Finds the header at the beginning of a line; keeps its buffers from line to line.</summary>
internal sealed class HeaderReader
{
    private readonly char[] characters = new char[HeaderZone.Longest];
    private readonly ushort[] offsets = new ushort[HeaderZone.Longest + 1];

    /// <param name="line">A line in UTF-8.</param>
    /// <param name="header">What its header says.</param>
    /// <param name="rest">What follows the header.</param>
    public bool TryRead(ReadOnlySpan<byte> line, out Header header, out ReadOnlySpan<byte> rest)
    {
        rest = [];
        header = default;
        if (!HeaderGrammar.MayBegin(line))
            return false;
        if (PlainHeader.TryRead(line, out header))
        {
            rest = line[header.End..];
            return true;
        }
        var zone = HeaderZone.Ascii(line, characters);
        if (!HeaderGrammar.TryRead(zone.Text, out header))
        {
            if (zone.Text.Length == Math.Min(line.Length, HeaderZone.Longest))
                return false;
            zone = HeaderZone.Full(line, characters, offsets);
            if (!HeaderGrammar.TryRead(zone.Text, out header))
                return false;
        }
        rest = line[Math.Min(zone.ByteOffset(header.End), line.Length)..];
        return true;
    }
}
