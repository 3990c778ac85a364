using Heretix.Lake.DuckDb;
using Heretix.Lake.Query;

namespace Heretix.Lake;

/// <summary>DuckDB's refusals in one line.</summary>
internal static class QueryErrors
{
    private const string Interrupted = "INTERRUPT Error";

    /// <summary>
    /// What went wrong in a query. One thread that fails interrupts the others, and when one of those is asked first,
    /// DuckDB knows only of the interruption: then the query is run again on one thread to learn the reason.
    /// </summary>
    internal static Exception From(DuckDbException error, string root, string sql, CancellationToken cancellationToken)
    {
        if (
            cancellationToken.IsCancellationRequested
            || !error.Message.StartsWith(Interrupted, StringComparison.Ordinal)
        )
        {
            return From(error, cancellationToken);
        }
        try
        {
            using QuerySession again = QuerySession.Open(root, sql, null, cancellationToken, oneThread: true);
            using RowReader rows = again.Read(sql);
            while (rows.Read()) { }
        }
        catch (DuckDbException reason)
        {
            return From(reason, cancellationToken);
        }
        return From(error, cancellationToken);
    }

    internal static Exception From(DuckDbException error, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? new OperationCanceledException("The query was cancelled.", cancellationToken)
            : new LakeQueryException(OneLine(error.Message));

    /// <summary>Drops the excerpt with its caret, and keeps the suggestions.</summary>
    internal static string OneLine(string message) =>
        string.Join(
            ' ',
            message
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .TakeWhile(line => !line.StartsWith("LINE ", StringComparison.Ordinal))
        );
}
