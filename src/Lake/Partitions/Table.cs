using Heretix.Lake.Files;

namespace Heretix.Lake.Partitions;

/// <summary>One column of a table of the lake.</summary>
/// <param name="Name">As in Parquet.</param>
/// <param name="Type">DuckDB's type.</param>
/// <param name="Append">Brings a row's value to a writer.</param>
internal readonly record struct Column<TRow>(string Name, string Type, Action<IRowWriter, TRow> Append);

/// <summary>A table of the lake: its name, which begins the names of its files, and its columns in order.</summary>
internal sealed record Table<TRow>(string Name, IReadOnlyList<Column<TRow>> Columns)
{
    /// <summary>The columns as in CREATE TABLE.</summary>
    internal string Definition => string.Join(", ", Columns.Select(c => $"\"{c.Name}\" {c.Type}"));

    /// <summary>What a file with exactly these columns carries.</summary>
    internal string Mark => ColumnMark.Of(Definition);

    /// <summary>Hands rows over one by one.</summary>
    /// <returns>Rows written.</returns>
    internal long Write(IEnumerable<TRow> rows, IRowWriter writer, CancellationToken cancellationToken)
    {
        long count = 0;
        foreach (TRow row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (Column<TRow> column in Columns)
            {
                column.Append(writer, row);
            }
            writer.EndRow();
            count++;
        }
        return count;
    }
}
