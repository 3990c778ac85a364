using System.Text;
using Heretix.Lake.DuckDb;
using Heretix.Lake.Query;

namespace Heretix.Lake;

/// <summary>
/// The catalogue of a lake: the views <c>runs</c> and <c>samples</c> over every environment and day, with the columns of
/// <see cref="RunRow"/> and <see cref="SampleRow"/> and <c>dt</c>, the day, as a DATE. Queries only read: they change
/// neither the lake nor any other file. Each query sees the lake as it is when it starts.
/// </summary>
/// <param name="root">The folder of the lake; when there is none, the views are empty.</param>
public sealed class LakeQuery(string root)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly string _root = Path.GetFullPath(root);

    /// <summary>The queries that ship with Heretix.</summary>
    public static IReadOnlyList<NamedQuery> Named => NamedQuery.All;

    /// <summary>Runs one SELECT and streams its rows.</summary>
    /// <param name="sql">One statement in DuckDB's SQL that reads: SELECT, FROM, WITH, VALUES, DESCRIBE, EXPLAIN.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    /// <exception cref="LakeQueryException">It is wrong, failed, or does not only read.</exception>
    public QueryResult Run(string sql, CancellationToken cancellationToken = default)
    {
        QuerySession session = QuerySession.Open(_root, sql, null, cancellationToken);
        try
        {
            return new QueryResult(session.Read(sql), session, e => QueryErrors.From(e, _root, sql, cancellationToken));
        }
        catch (DuckDbException e)
        {
            session.Dispose();
            throw QueryErrors.From(e, _root, sql, cancellationToken);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs one SELECT and writes its rows as text.</summary>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    /// <exception cref="LakeQueryException">It is wrong, failed, does not only read, or Parquet was asked for.</exception>
    public void WriteTo(
        string sql,
        QueryFormat format,
        TextWriter output,
        CancellationToken cancellationToken = default
    )
    {
        if (format == QueryFormat.Parquet)
        {
            throw new LakeQueryException("Parquet is not text: name a file for it.");
        }
        using QueryResult result = Run(sql, cancellationToken);
        RowFormat.Write(result, format, output);
    }

    /// <summary>Runs one SELECT and writes its rows to a file, which appears whole or not at all.</summary>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    /// <exception cref="LakeQueryException">It is wrong, failed, does not only read, or the file is in the lake.</exception>
    public void WriteTo(string sql, QueryFormat format, string path, CancellationToken cancellationToken = default)
    {
        string target = Path.GetFullPath(path);
        string temporary = target + ".tmp";
        if (target.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new LakeQueryException($"{path} lies in the lake; write the result to another folder.");
        }
        try
        {
            if (format == QueryFormat.Parquet)
            {
                WriteParquet(sql, temporary, cancellationToken);
            }
            else
            {
                using StreamWriter output = new(temporary, append: false, Utf8);
                WriteTo(sql, format, output, cancellationToken);
            }
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Runs one SELECT and writes its rows to a stream, Parquet by way of a temporary file.</summary>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    /// <exception cref="LakeQueryException">It is wrong, failed, or does not only read.</exception>
    public void WriteTo(string sql, QueryFormat format, Stream output, CancellationToken cancellationToken = default)
    {
        if (format != QueryFormat.Parquet)
        {
            using StreamWriter text = new(output, Utf8, leaveOpen: true);
            WriteTo(sql, format, text, cancellationToken);
            return;
        }
        string temporary = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            WriteParquet(sql, temporary, cancellationToken);
            using FileStream file = File.OpenRead(temporary);
            file.CopyTo(output);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void WriteParquet(string sql, string file, CancellationToken cancellationToken)
    {
        using QuerySession session = QuerySession.Open(_root, sql, file, cancellationToken);
        try
        {
            session.CopyTo(sql, file);
        }
        catch (DuckDbException e)
        {
            throw QueryErrors.From(e, _root, sql, cancellationToken);
        }
    }
}
