using System.Text;
using System.Text.RegularExpressions;
using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Query;

/// <summary>A query that has been found to be one statement that only reads.</summary>
internal sealed unsafe partial class PreparedQuery : IDisposable
{
    private const int Select = 1;
    private const int Explain = 4;
    private readonly DuckDbConnection _duckDb;
    private readonly string _sql;
    private readonly bool _isSelect;
    private nint _statement;

    private PreparedQuery(DuckDbConnection duckDb, string sql)
    {
        _duckDb = duckDb;
        _sql = sql;
        // By its first word before DuckDB sees it, because preparing EXPORT DATABASE makes a folder already; then by
        // DuckDB's own class, because WITH may stand before more than SELECT. EXPLAIN ANALYZE runs what it explains.
        Match explain = ExplainHead().Match(sql);
        RefuseUnlessReading(sql[explain.Length..]);
        _statement = PrepareOnly(duckDb, sql);
        int type = Native.StatementType(_statement);
        _isSelect = type == Select;
        if (!_isSelect && !(type == Explain && ExplainsSelect(sql[explain.Length..])))
        {
            Dispose();
            throw OnlyReads();
        }
    }

    /// <summary>The query without what may follow a statement, to be put into another one.</summary>
    /// <exception cref="LakeQueryException">It is an EXPLAIN.</exception>
    internal string Embeddable =>
        _isSelect
            ? Trailing().Replace(_sql, "")
            : throw new LakeQueryException("The output of EXPLAIN is for reading; it cannot be written as Parquet.");

    /// <exception cref="LakeQueryException">It is none or several statements, or does not only read.</exception>
    /// <exception cref="DuckDbException">It is wrong.</exception>
    internal static PreparedQuery Prepare(DuckDbConnection duckDb, string sql) => new(duckDb, sql);

    /// <summary>Runs it, with columns of types that are not read here asked for as text or JSON.</summary>
    /// <exception cref="DuckDbException">It failed.</exception>
    internal RowReader Start()
    {
        if (_isSelect && InWords() is { } inWords)
        {
            Native.DestroyPrepare(ref _statement);
            _statement = PrepareOnly(_duckDb, inWords);
        }
        return RowReader.Start(_statement);
    }

    public void Dispose() => Native.DestroyPrepare(ref _statement);

    private string? InWords()
    {
        StringBuilder columns = new();
        bool needed = false;
        ulong count = Native.PreparedColumnCount(_statement);
        for (ulong i = 0; i < count; i++)
        {
            nint type = Native.PreparedColumnType(_statement, i);
            ValueReader reader = ValueReader.For(type);
            Native.DestroyLogicalType(ref type);
            byte* name = Native.PreparedColumnName(_statement, i);
            string column = $"#{i + 1}";
            string read =
                reader.IsSupported ? column
                : reader.Kind == ValueKind.Json ? $"to_json({column})"
                : $"CAST({column} AS VARCHAR)";
            needed |= !reader.IsSupported;
            columns.Append(i > 0 ? ", " : "").Append(read).Append(" AS ");
            columns.Append(DuckDbConnection.Identifier(DuckDbConnection.Text(name)));
            Native.Free(name);
        }
        return needed ? $"SELECT {columns} FROM ({Embeddable}\n)" : null;
    }

    private bool ExplainsSelect(string sql)
    {
        nint explained = PrepareOnly(_duckDb, sql);
        bool isSelect = Native.StatementType(explained) == Select;
        Native.DestroyPrepare(ref explained);
        return isSelect;
    }

    private static void RefuseUnlessReading(string sql)
    {
        if (!ReadingWord().IsMatch(sql))
        {
            throw string.IsNullOrWhiteSpace(sql) ? new LakeQueryException("The query is empty.") : OnlyReads();
        }
    }

    private static nint PrepareOnly(DuckDbConnection duckDb, string sql)
    {
        ulong count = Native.ExtractStatements(duckDb.Handle, sql, out nint statements);
        try
        {
            if (count == 0)
            {
                string error = DuckDbConnection.Text(Native.ExtractStatementsError(statements));
                throw error.Length > 0 ? new DuckDbException(error) : new LakeQueryException("The query is empty.");
            }
            if (count > 1)
            {
                throw new LakeQueryException($"There are {count} statements; a query is one.");
            }
            if (Native.PrepareExtracted(duckDb.Handle, statements, 0, out nint prepared) != 0)
            {
                string error = DuckDbConnection.Text(Native.PrepareError(prepared));
                Native.DestroyPrepare(ref prepared);
                throw new DuckDbException(error);
            }
            return prepared;
        }
        finally
        {
            Native.DestroyExtracted(ref statements);
        }
    }

    private static LakeQueryException OnlyReads() =>
        new(
            "A query only reads: it begins with SELECT, FROM, WITH, VALUES, TABLE, DESCRIBE, SUMMARIZE, SHOW, or EXPLAIN "
                + "before one of them."
        );

    private const string Gap = @"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*";

    [GeneratedRegex(
        "^" + Gap + @"EXPLAIN\b" + Gap + @"(?:ANALYZE\b)?" + Gap + @"(?:\([^()]*\))?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex ExplainHead();

    [GeneratedRegex(
        "^" + Gap + @"(?:\(" + Gap + @")*(?:SELECT|FROM|WITH|VALUES|TABLE|DESCRIBE|DESC|SUMMARIZE|SHOW)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex ReadingWord();

    [GeneratedRegex(@"[;\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Trailing();
}
