using System.Text.Json.Serialization;
using Heretix.Platform.Http.Json;

namespace Heretix.Platform.Telemetry.Health;

/// <summary>How the server is.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> (it serves, but something optional is missing) or <c>unhealthy</c>.</param>
/// <param name="Timestamp">When that was found (UTC).</param>
/// <param name="Checks">What it was made of, by name.</param>
public sealed record HealthAnswer(
    string Status,
    DateTimeOffset Timestamp,
    IReadOnlyDictionary<string, CheckAnswer> Checks
);

/// <summary>How one part is.</summary>
/// <param name="Status"><c>up</c>, <c>down</c>, or <c>skipped</c> when it is not in use.</param>
/// <param name="LatencyMs">How long it took to find out, in milliseconds.</param>
/// <param name="Error"><c>timeout</c>, <c>exception</c>, <c>unavailable</c> or a code of the check; null when it is up.</param>
public sealed record CheckAnswer(string Status, double? LatencyMs, string? Error);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcConverter)]
)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
