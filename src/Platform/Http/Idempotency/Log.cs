using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Http.Idempotency;

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Warning,
        "{Route}: the lease of an idempotency key ended while its request ran; the answer goes out unkept"
    )]
    public static partial void LeaseLost(ILogger logger, string route);

    [LoggerMessage(LogLevel.Warning, "{Route}: an answer could not be kept under its idempotency key")]
    public static partial void NotKept(ILogger logger, Exception error, string route);

    [LoggerMessage(
        LogLevel.Error,
        "{Route}: what was done under an idempotency key could not be written down; a repetition may do it again"
    )]
    public static partial void NotHeld(ILogger logger, Exception error, string route);

    [LoggerMessage(LogLevel.Warning, "{Route}: an idempotency key could not be freed; its lease will end")]
    public static partial void NotReleased(ILogger logger, Exception error, string route);

    [LoggerMessage(LogLevel.Warning, "{Route}: the lease of an idempotency key could not be renewed")]
    public static partial void NotRenewed(ILogger logger, Exception error, string route);
}
