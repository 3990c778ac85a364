using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Mail;

internal static partial class MailLog
{
    [LoggerMessage(1101, LogLevel.Information, "A mail ({Kind}) waits at {Page}; its link: {Link}")]
    public static partial void WaitsWithLink(ILogger logger, string kind, Uri page, string link);

    [LoggerMessage(1102, LogLevel.Information, "A mail ({Kind}) waits at {Page}")]
    public static partial void Waits(ILogger logger, string kind, Uri page);
}
