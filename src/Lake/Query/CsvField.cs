using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Query;

/// <summary>A field of RFC 4180: NULL is empty, and an empty text is <c>""</c>.</summary>
internal static class CsvField
{
    internal const string EndOfLine = "\r\n";

    internal static void Write(TextWriter output, int column, object? value)
    {
        if (column > 0)
        {
            output.Write(',');
        }
        string text = CellText.Of(value);
        if (value is not null && (text.Length == 0 || text.AsSpan().ContainsAny(",\"\r\n")))
        {
            output.Write('"');
            output.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
            output.Write('"');
        }
        else
        {
            output.Write(text);
        }
    }
}
