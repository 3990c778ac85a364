namespace Heretix.Server.Verbs;

/// <summary>Rows in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    public static async Task WriteAsync(
        TextWriter output,
        IReadOnlyList<string> headings,
        IEnumerable<IReadOnlyList<string>> rows
    )
    {
        List<IReadOnlyList<string>> all = [headings, .. rows];
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        foreach (var row in all)
        {
            var cells = row.Select((cell, column) => cell.PadRight(widths[column]));
            await output.WriteLineAsync(string.Join("  ", cells).TrimEnd());
        }
    }
}
