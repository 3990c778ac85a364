using Heretix.Platform.Cache.Resp;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Cache;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Redis at {Address} answers and is used")]
    public static partial void RedisConnected(ILogger log, RedisAddress address);

    [LoggerMessage(2, LogLevel.Warning, "Redis at {Address} is not used for now: {Reason}")]
    public static partial void RedisLost(ILogger log, RedisAddress address, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Redis at {Address} cannot be used, memory alone is: {Reason}")]
    public static partial void RedisUnreachable(ILogger log, RedisAddress address, string reason);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "A cached value of kind {Kind} could not be read as {Type}; it counts as a miss"
    )]
    public static partial void Undecodable(ILogger log, string kind, string type);

    [LoggerMessage(5, LogLevel.Warning, "The cache hears no announcements of changes: {Reason}")]
    public static partial void UnreadableAnnouncement(ILogger log, string reason);
}
