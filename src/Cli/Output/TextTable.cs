namespace Heretix.Cli.Output;

/// <summary>Columns for people: as wide as their widest cell, figures to the right, a line under the head.</summary>
/// <param name="heads">Names of the columns; one that begins with <c>#</c> holds figures.</param>
internal sealed class TextTable(params string[] heads)
{
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row of as many cells as there are columns.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Writes head and rows, each line after <paramref name="indent"/> spaces.</summary>
    public void Write(TextWriter output, int indent = 0)
    {
        string[] names = [.. heads.Select(head => head.TrimStart('#'))];
        int[] widths =
        [
            .. names.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max()),
        ];
        Line(names);
        Line([.. widths.Select(width => new string('-', width))]);
        foreach (var row in rows)
            Line(row);

        void Line(string[] cells)
        {
            var padded = cells.Select(
                (cell, column) =>
                    heads[column].StartsWith('#') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])
            );
            output.WriteLine((new string(' ', indent) + string.Join("  ", padded)).TrimEnd());
        }
    }

    /// <summary>A text for a narrow column: cut off with three dots where it is longer than <paramref name="most"/>.</summary>
    public static string Short(string text, int most)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= most
            ? line
            : line[..(char.IsHighSurrogate(line[most - 4]) ? most - 4 : most - 3)] + "...";
    }
}
