using System.Globalization;
using System.Text;

namespace Heretix.Lake.Partitions;

/// <summary>
/// A note in the footer of a file that tells exactly which columns it has. DuckDB need not then compare the schemas of
/// all files (<c>union_by_name</c>), which for ten thousand files takes seconds and a gigabyte.
/// </summary>
internal static class ColumnMark
{
    /// <summary>The note follows the row groups' statistics; what comes after it is a few bytes per column.</summary>
    private const int Tail = 2048;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>The mark of columns: FNV-1a of their definition (draft-eastlake-fnv).</summary>
    internal static string Of(string definition)
    {
        ulong hash = FnvOffset;
        foreach (byte value in Encoding.UTF8.GetBytes(definition))
        {
            hash = (hash ^ value) * FnvPrime;
        }
        return "heretix-columns-" + hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a file carries the mark. A file without it may have the same columns and is only read slower.</summary>
    internal static bool IsIn(string file, string mark)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> tail = stackalloc byte[Tail];
        stream.Position = Math.Max(0, stream.Length - Tail);
        int length = stream.ReadAtLeast(tail, Tail, throwOnEndOfStream: false);
        Span<byte> wanted = stackalloc byte[mark.Length];
        _ = Encoding.ASCII.GetBytes(mark, wanted);
        return tail[..length].IndexOf(wanted) >= 0;
    }
}
