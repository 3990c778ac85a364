using Microsoft.Extensions.Logging;

namespace Heretix.Checks.Run;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "A check could not be begun")]
    public static partial void NotBegun(ILogger logger, Exception failure);

    [LoggerMessage(LogLevel.Warning, "A reservation could not be given back; it expires by itself")]
    public static partial void NotReleased(ILogger logger, Exception failure);

    [LoggerMessage(
        LogLevel.Warning,
        "Whether check {CheckId} was begun is not known; what there may be of it runs out by itself"
    )]
    public static partial void NotForgotten(ILogger logger, Guid checkId, Exception failure);

    [LoggerMessage(LogLevel.Error, "Check {CheckId} failed unexpectedly")]
    public static partial void Failed(ILogger logger, Guid checkId, Exception failure);

    [LoggerMessage(LogLevel.Error, "The end of check {CheckId} could not be stored")]
    public static partial void NotClosed(ILogger logger, Guid checkId, Exception failure);

    [LoggerMessage(
        LogLevel.Warning,
        "The leases of {Count} running checks could not be renewed; the next attempt is due"
    )]
    public static partial void NotRenewed(ILogger logger, int count, Exception failure);

    [LoggerMessage(LogLevel.Information, "The server stops: {Count} checks are running and may go on for {Time}")]
    public static partial void Draining(ILogger logger, int count, TimeSpan time);
}
