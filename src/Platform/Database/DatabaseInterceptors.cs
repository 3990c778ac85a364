using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Database;

/// <summary>What stands between the contexts and their connections.</summary>
/// <param name="added">Further ones of the container, such as those of tests.</param>
internal sealed class DatabaseInterceptors(
    ServerSettings settings,
    IOptions<DatabaseOptions> options,
    DatabaseMeters meters,
    TimeProvider time,
    ILoggerFactory loggers,
    IEnumerable<IInterceptor> added
)
{
    public IReadOnlyList<IInterceptor> ForRequests { get; } =
        For("requests", settings.Role != ServerRole.Worker, options, meters, time, loggers, added);

    public IReadOnlyList<IInterceptor> ForJobs { get; } = For("jobs", false, options, meters, time, loggers, added);

    private static IReadOnlyList<IInterceptor> For(
        string use,
        bool pooled,
        IOptions<DatabaseOptions> options,
        DatabaseMeters meters,
        TimeProvider time,
        ILoggerFactory loggers,
        IEnumerable<IInterceptor> added
    )
    {
        var logger = loggers.CreateLogger("Heretix.Platform.Database");
        return
        [
            // Those that are added come first, so that a test hears of a connection before it is waited for.
            .. added,
            new PatientOpening(use, pooled, options.Value, meters, time, logger),
            new QueryTiming(options.Value, meters, logger),
        ];
    }
}
