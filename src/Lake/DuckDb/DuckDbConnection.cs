using System.Runtime.InteropServices;
using System.Text;

namespace Heretix.Lake.DuckDb;

/// <summary>One in-memory database with one connection. Not for several threads at once.</summary>
internal sealed unsafe class DuckDbConnection : IDisposable
{
    private nint _database;
    private nint _connection;

    /// <summary>Opens a database.</summary>
    /// <param name="settings">DuckDB's options by name, applied before it starts.</param>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    internal DuckDbConnection(params ReadOnlySpan<(string Name, string Value)> settings)
    {
        DuckDbLibrary.Load();
        _ = Native.CreateConfig(out nint config);
        try
        {
            foreach ((string name, string value) in settings)
            {
                if (Native.SetConfig(config, name, value) != 0)
                {
                    throw new DuckDbException($"DuckDB has no option {name} = {value}.");
                }
            }
            if (Native.OpenExt(null, out _database, config, out byte* error) != 0)
            {
                string message = Text(error);
                Native.Free(error);
                throw new DuckDbException(message);
            }
        }
        finally
        {
            Native.DestroyConfig(ref config);
        }
        if (Native.Connect(_database, out _connection) != 0)
        {
            Native.Close(ref _database);
            throw new DuckDbException("DuckDB opened no connection.");
        }
    }

    internal nint Handle => _connection;

    /// <summary>Runs statements whose rows nobody reads.</summary>
    /// <exception cref="DuckDbException">DuckDB refused one.</exception>
    internal void Execute(string sql)
    {
        int state = Native.Query(_connection, sql, out Native.Result result);
        string? error = state == 0 ? null : Text(Native.ResultError(ref result));
        Native.DestroyResult(ref result);
        if (error is not null)
        {
            throw new DuckDbException(error);
        }
    }

    /// <summary>Stops what runs, from any thread.</summary>
    internal void Interrupt() => Native.Interrupt(_connection);

    /// <summary>Runs a statement and streams its rows.</summary>
    /// <exception cref="DuckDbException">DuckDB refused it.</exception>
    internal RowReader Read(string sql) => RowReader.Start(_connection, sql);

    public void Dispose()
    {
        if (_database == 0)
        {
            return;
        }
        Native.Disconnect(ref _connection);
        Native.Close(ref _database);
    }

    /// <summary>A text as an SQL literal.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name as an SQL identifier.</summary>
    internal static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A list of texts as an SQL list.</summary>
    internal static string QuoteAll(IEnumerable<string> texts)
    {
        StringBuilder sql = new("[");
        foreach (string text in texts)
        {
            sql.Append(sql.Length > 1 ? "," : "").Append(Quote(text));
        }
        return sql.Append(']').ToString();
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";
}
