using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Notifications;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Hearing {Channels} channels of the database")]
    public static partial void Listening(ILogger log, int channels);

    [LoggerMessage(2, LogLevel.Warning, "Announcements of the database are not heard for now: {Reason}")]
    public static partial void ListenerLost(ILogger log, string reason);

    [LoggerMessage(3, LogLevel.Error, "A subscriber of channel {Channel} failed")]
    public static partial void HandlerFailed(ILogger log, Exception error, string channel);
}
