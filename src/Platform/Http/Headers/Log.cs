using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Http.Headers;

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Warning,
        "X-Forwarded-For came from a peer that Heretix:Platform:TrustedProxies does not name and was not believed; behind a proxy that is not named all callers share one address and one limit"
    )]
    public static partial void UntrustedProxy(ILogger logger);
}
