using System.Globalization;
using System.Text;
using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Query;

/// <summary>Rows in columns aligned with spaces, numbers to the right, for people.</summary>
internal static class TableFormat
{
    private const int MostRows = 10_000;
    private const int MostCharacters = 60;

    internal static void Write(QueryResult result, TextWriter output)
    {
        int count = result.Columns.Count;
        List<string[]> rows =
        [
            [.. result.Columns.Select(c => Cell(c.Name))],
        ];
        bool more;
        while ((more = result.Read()) && rows.Count <= MostRows)
        {
            string[] row = new string[count];
            for (int i = 0; i < count; i++)
            {
                row[i] = Cell(result.Value(i));
            }
            rows.Add(row);
        }
        int[] widths = [.. Enumerable.Range(0, count).Select(i => rows.Max(r => Width(r[i])))];
        rows.Insert(1, [.. widths.Select(w => new string('-', w))]);
        foreach (string[] row in rows)
        {
            StringBuilder line = new();
            for (int i = 0; i < count; i++)
            {
                string padding = new(' ', widths[i] - Width(row[i]));
                line.Append(i > 0 ? "  " : "");
                line.Append(result.Columns[i].IsNumber ? padding + row[i] : row[i] + padding);
            }
            output.Write(line.ToString().TrimEnd() + "\n");
        }
        if (more)
        {
            output.Write($"... only the first {MostRows} rows are shown; CSV, JSON and Parquet have them all.\n");
        }
    }

    /// <summary>One line, without characters that would move the cursor; doubles in 6 digits.</summary>
    private static string Cell(object? value)
    {
        string text = value switch
        {
            null => "NULL",
            double number => number.ToString("G6", CultureInfo.InvariantCulture),
            float number => number.ToString("G6", CultureInfo.InvariantCulture),
            DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            _ => CellText.Of(value),
        };
        StringBuilder cell = new();
        TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(text);
        for (int n = 0; elements.MoveNext(); n++)
        {
            if (n == MostCharacters)
            {
                return cell.Append('…').ToString();
            }
            string element = elements.GetTextElement();
            cell.Append(char.IsControl(element[0]) ? " " : element);
        }
        return cell.ToString();
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
