using System.Text;
using Heretix.Lake.DuckDb;
using Heretix.Lake.Files;
using Heretix.Lake.Partitions;

namespace Heretix.Lake;

/// <summary>
/// One file with the columns of the lake, outside of it. Rows are taken one by one, so there may be more than fit into
/// memory. CSV and JSON lines need no DuckDB; their numbers have all digits and their times are UTC with <c>Z</c>.
/// </summary>
public static class TableFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes runs to a file, which appears whole or not at all.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="DuckDbMissingException">Parquet was asked for and libduckdb is not there.</exception>
    /// <exception cref="LakeException">DuckDB refused.</exception>
    public static long Write(
        string path,
        FileFormat format,
        IEnumerable<RunRow> runs,
        CancellationToken cancellationToken = default
    ) => ToFile(path, format, LakeTables.Runs, runs, cancellationToken);

    /// <summary>Writes samples to a file, which appears whole or not at all.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="DuckDbMissingException">Parquet was asked for and libduckdb is not there.</exception>
    /// <exception cref="LakeException">DuckDB refused.</exception>
    public static long Write(
        string path,
        FileFormat format,
        IEnumerable<SampleRow> samples,
        CancellationToken cancellationToken = default
    ) => ToFile(path, format, LakeTables.Samples, samples, cancellationToken);

    /// <summary>Writes runs as text.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="LakeException">Parquet was asked for, which is no text.</exception>
    public static long Write(
        TextWriter output,
        FileFormat format,
        IEnumerable<RunRow> runs,
        CancellationToken cancellationToken = default
    ) => ToText(output, format, LakeTables.Runs, runs, cancellationToken);

    /// <summary>Writes samples as text.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="LakeException">Parquet was asked for, which is no text.</exception>
    public static long Write(
        TextWriter output,
        FileFormat format,
        IEnumerable<SampleRow> samples,
        CancellationToken cancellationToken = default
    ) => ToText(output, format, LakeTables.Samples, samples, cancellationToken);

    private static long ToFile<TRow>(
        string path,
        FileFormat format,
        Table<TRow> table,
        IEnumerable<TRow> rows,
        CancellationToken cancellationToken
    )
    {
        string target = Path.GetFullPath(path);
        string temporary = target + ".tmp";
        try
        {
            long written = format == FileFormat.Parquet ? Parquet() : Text();
            Durable.Publish(temporary, target);
            return written;
        }
        catch (DuckDbException refused)
        {
            throw new LakeException($"{path} cannot be written: {refused.Message}", refused);
        }
        finally
        {
            File.Delete(temporary);
        }

        long Parquet() => ParquetFile.Write(temporary, table, rows, cancellationToken);

        long Text()
        {
            using StreamWriter output = new(temporary, append: false, Utf8);
            return ToText(output, format, table, rows, cancellationToken);
        }
    }

    private static long ToText<TRow>(
        TextWriter output,
        FileFormat format,
        Table<TRow> table,
        IEnumerable<TRow> rows,
        CancellationToken cancellationToken
    )
    {
        IEnumerable<string> columns = table.Columns.Select(c => c.Name);
        switch (format)
        {
            case FileFormat.Csv:
                return table.Write(rows, new CsvRows(output, columns), cancellationToken);
            case FileFormat.JsonLines:
                using (JsonRows lines = new(output, columns))
                {
                    return table.Write(rows, lines, cancellationToken);
                }
            default:
                throw new LakeException("Parquet is not text: name a file for it.");
        }
    }
}
