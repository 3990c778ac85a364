using System.Buffers;

namespace Heretix.Chats.Input;

/// <summary>
/// Lines of a UTF-8 stream as spans over one buffer. A line ends with CR LF, LF or CR. A line longer than the limit comes
/// in pieces, so that the buffer never grows beyond it.
/// </summary>
internal sealed class LineReader(Stream stream, int longestLine) : IDisposable
{
    private const int FirstSize = 64 * 1024;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int start;
    private int end;
    private bool ended;
    private bool afterReturn;
    private bool inPieces;

    /// <summary>Number of the present line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The present line goes on from the piece before.</summary>
    public bool IsFurtherPiece { get; private set; }

    /// <summary>Goes to the next line.</summary>
    /// <param name="line">The line without its end, valid until the next call.</param>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var looked = 0;
        while (true)
        {
            if (afterReturn && start < end)
            {
                // The LF of a CR LF that was not yet in the buffer.
                start += buffer[start] == '\n' ? 1 : 0;
                afterReturn = false;
            }
            var rest = buffer.AsSpan(start, end - start);
            var found = rest[looked..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found >= 0)
            {
                found += looked;
                line = rest[..found];
                start += found + 1;
                afterReturn = rest[found] == '\r';
                Ended(piece: false);
                return true;
            }
            looked = rest.Length;
            if (ended)
            {
                line = rest;
                start = end;
                // A file that ends with a line's end has no further line.
                if (rest.Length == 0)
                    return false;
                Ended(piece: false);
                return true;
            }
            if (rest.Length > longestLine)
            {
                // Not in the middle of a character.
                var cut = longestLine;
                while (cut > longestLine - 3 && (rest[cut] & 0xC0) == 0x80)
                    cut--;
                line = rest[..cut];
                start += cut;
                Ended(piece: true);
                return true;
            }
            Fill();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        stream.Dispose();
    }

    private void Ended(bool piece)
    {
        IsFurtherPiece = inPieces;
        if (!inPieces)
            Number++;
        inPieces = piece;
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        ended = read == 0;
    }
}
