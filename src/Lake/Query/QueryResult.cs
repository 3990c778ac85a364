using Heretix.Lake.DuckDb;

namespace Heretix.Lake;

/// <summary>A column of a result.</summary>
/// <param name="Name">As the query names it.</param>
/// <param name="IsNumber">Whether its values are numbers.</param>
/// <param name="IsJson">Whether its values are JSON texts: lists, structs, maps and DuckDB's JSON.</param>
public sealed record QueryColumn(string Name, bool IsNumber, bool IsJson);

/// <summary>
/// The rows of a query, streamed: <c>while (result.Read()) { result.Value(0) ... }</c>. Dispose it before the next query.
/// </summary>
public sealed class QueryResult : IDisposable
{
    private readonly RowReader _rows;
    private readonly IDisposable _session;
    private readonly Func<DuckDbException, Exception> _explain;

    internal QueryResult(RowReader rows, IDisposable session, Func<DuckDbException, Exception> explain)
    {
        _rows = rows;
        _session = session;
        _explain = explain;
        Columns =
        [
            .. rows.Names.Zip(
                rows.Columns,
                (name, c) => new QueryColumn(name, c.Kind == ValueKind.Number, c.Kind == ValueKind.Json)
            ),
        ];
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<QueryColumn> Columns { get; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="LakeQueryException">The query failed on the way.</exception>
    /// <exception cref="OperationCanceledException">The query was cancelled.</exception>
    public bool Read()
    {
        try
        {
            return _rows.Read();
        }
        catch (DuckDbException e)
        {
            throw _explain(e);
        }
    }

    /// <summary>
    /// A value of the current row: null, <c>bool</c>, <c>long</c>, <c>ulong</c>, <c>Int128</c>, <c>UInt128</c>,
    /// <c>float</c>, <c>double</c>, <c>decimal</c>, <c>string</c>, <c>DateOnly</c>, <c>TimeOnly</c>, <c>DateTime</c> in
    /// UTC, <c>Guid</c> or <c>byte[]</c>. A number or time beyond these is a <c>string</c>; so is JSON.
    /// </summary>
    public object? Value(int column) => _rows.Value(column);

    /// <summary>Ends the query and closes its database.</summary>
    public void Dispose()
    {
        _rows.Dispose();
        _session.Dispose();
    }

    internal ValueKind Kind(int column) => _rows.Columns[column].Kind;
}
