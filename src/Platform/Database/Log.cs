using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Database;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "the query {Query} took {Milliseconds} ms")]
    public static partial void SlowQuery(this ILogger logger, string query, long milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "PostgreSQL is away ({Reason}); opening a connection is tried again")]
    public static partial void DatabaseAway(this ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "a pooled connection was dead and has been replaced")]
    public static partial void ConnectionReplaced(this ILogger logger);
}
