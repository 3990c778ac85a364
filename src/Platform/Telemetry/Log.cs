using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Telemetry;

internal static partial class Log
{
    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "Slow request: {Method} {Route} took {Milliseconds:0} ms and ended with {Status}"
    )]
    public static partial void SlowRequest(
        ILogger logger,
        string method,
        string route,
        double milliseconds,
        int status
    );

    [LoggerMessage(1002, LogLevel.Warning, "{Count} instruments could not be read; the first failure is attached")]
    public static partial void InstrumentsFailed(ILogger logger, int count, Exception first);

    [LoggerMessage(1003, LogLevel.Warning, "Readiness went from {Before} to {After}: {Checks}")]
    public static partial void ReadinessChanged(ILogger logger, string before, string after, string checks);

    [LoggerMessage(1004, LogLevel.Warning, "The health check {Check} failed")]
    public static partial void HealthCheckFailed(ILogger logger, string check, Exception failure);

    [LoggerMessage(1005, LogLevel.Warning, "Sentry took no report ({Reason}); {Dropped} were dropped so far")]
    public static partial void SentryUnavailable(ILogger logger, string reason, long dropped);

    [LoggerMessage(1006, LogLevel.Information, "Traces and metrics go to {Endpoint}")]
    public static partial void OtlpStarted(ILogger logger, string endpoint);
}
