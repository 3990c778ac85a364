namespace Heretix.Server;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Heretix is ready at {Addresses} ({Environment}, role {Role})")]
    public static partial void Ready(ILogger logger, string addresses, string environment, string role);
}
