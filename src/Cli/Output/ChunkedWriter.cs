using System.Text;

namespace Heretix.Cli.Output;

/// <summary>Hands text on in large pieces: standard output takes each call to the system at once.</summary>
internal sealed class ChunkedWriter(TextWriter output) : TextWriter(output.FormatProvider)
{
    private const int Chunk = 32 * 1024;
    private readonly StringBuilder pending = new(Chunk);

    public override Encoding Encoding => output.Encoding;

    public override void Write(char value)
    {
        pending.Append(value);
        FlushWhenFull();
    }

    public override void Write(string? value)
    {
        pending.Append(value);
        FlushWhenFull();
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        pending.Append(buffer);
        FlushWhenFull();
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Flush()
    {
        foreach (var piece in pending.GetChunks())
            output.Write(piece.Span);
        pending.Clear();
        output.Flush();
    }

    /// <summary>What was written before a failure is shown too; the output itself stays open.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Flush();
        base.Dispose(disposing);
    }

    private void FlushWhenFull()
    {
        if (pending.Length >= Chunk)
            Flush();
    }
}
