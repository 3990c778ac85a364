using Heretix.Lake.DuckDb;

namespace Heretix.Lake;

/// <summary>DuckDB's refusals in one line.</summary>
internal static class QueryErrors
{
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
