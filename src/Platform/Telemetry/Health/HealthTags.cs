using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Heretix.Platform.Telemetry.Health;

/// <summary>What the tags of a health check mean for readiness, and how a check says that it does not apply.</summary>
public static class HealthTags
{
    /// <summary>Without it the server cannot serve: its failure makes readiness 503.</summary>
    public const string Required = "required";

    /// <summary>Without it the server serves all the same: its failure makes readiness <c>degraded</c>, 200. Also the meaning of no tag.</summary>
    public const string Optional = "optional";

    private const string SkippedKey = "skipped";

    /// <summary>The result of a check of something that is not in use here.</summary>
    public static HealthCheckResult Skipped { get; } =
        HealthCheckResult.Healthy("not in use", new Dictionary<string, object> { [SkippedKey] = true });

    internal static bool IsSkipped(HealthCheckResult result) => result.Data.ContainsKey(SkippedKey);
}
