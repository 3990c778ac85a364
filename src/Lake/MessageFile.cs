using Heretix.Lake.DuckDb;
using Heretix.Lake.Files;
using Heretix.Lake.Partitions;

namespace Heretix.Lake;

/// <summary>Messages of a chat in a Parquet file. They belong to nobody's lake and are written where they are asked for.</summary>
public static class MessageFile
{
    private static readonly Table<MessageRow> Messages = new(
        "messages",
        [
            new("sequence", "BIGINT", static (a, m) => a.Add(m.Sequence)),
            new("timestamp", "TIMESTAMP", static (a, m) => a.Add(new DateTimeOffset(m.Timestamp, TimeSpan.Zero))),
            new("author", "VARCHAR", static (a, m) => a.Add(m.Author)),
            new("kind", "VARCHAR", static (a, m) => a.Add(m.Kind)),
            new("media", "VARCHAR", static (a, m) => a.Add(m.Media)),
            new("file", "VARCHAR", static (a, m) => a.Add(m.File)),
            new("edited", "BOOLEAN", static (a, m) => a.Add(m.Edited)),
            new("text", "VARCHAR", static (a, m) => a.Add(m.Text)),
        ]
    );

    /// <summary>Writes messages to a file, which appears whole or not at all.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    /// <exception cref="LakeException">DuckDB refused.</exception>
    public static long WriteParquet(
        string path,
        IEnumerable<MessageRow> messages,
        CancellationToken cancellationToken = default
    )
    {
        string target = Path.GetFullPath(path);
        string temporary = target + ".tmp";
        try
        {
            long written = ParquetFile.Write(temporary, Messages, messages, cancellationToken);
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
    }
}
