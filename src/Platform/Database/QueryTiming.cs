using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Database;

/// <summary>
/// Measures every command and logs the slow ones by name: what <c>TagWith</c> says, or the first words. Parameters, which
/// are people's, are neither read nor logged.
/// </summary>
internal sealed class QueryTiming(DatabaseOptions options, DatabaseMeters meters, ILogger logger) : DbCommandInterceptor
{
    public override DbDataReader ReaderExecuted(
        DbCommand command,
        CommandExecutedEventData eventData,
        DbDataReader result
    )
    {
        Measure(command, eventData);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        DbDataReader result,
        CancellationToken cancellationToken = default
    )
    {
        Measure(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Measure(command, eventData);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        int result,
        CancellationToken cancellationToken = default
    )
    {
        Measure(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Measure(command, eventData);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        object? result,
        CancellationToken cancellationToken = default
    )
    {
        Measure(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        Measure(command, eventData);

    public override Task CommandFailedAsync(
        DbCommand command,
        CommandErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Measure(command, eventData);
        return Task.CompletedTask;
    }

    private void Measure(DbCommand command, CommandEndEventData ended)
    {
        meters.QueryDuration.Record(
            ended.Duration.TotalSeconds,
            new KeyValuePair<string, object?>("query", QueryName.ForMetrics(command.CommandText))
        );
        if (ended.Duration > options.SlowQuery)
            logger.SlowQuery(QueryName.ForLog(command.CommandText), (long)ended.Duration.TotalMilliseconds);
    }
}
