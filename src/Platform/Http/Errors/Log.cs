using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Http.Errors;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "A request failed")]
    public static partial void Failed(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Warning, "A request found the database unavailable")]
    public static partial void DatabaseUnavailable(ILogger logger, Exception error);
}
