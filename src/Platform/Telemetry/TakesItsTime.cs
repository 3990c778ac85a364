using Microsoft.AspNetCore.Builder;

namespace Heretix.Platform.Telemetry;

/// <summary>Marks endpoints that wait for somebody else, such as a model: that they take long is no news.</summary>
public sealed class TakesItsTime
{
    internal static TakesItsTime Instance { get; } = new();
}

/// <summary>What endpoints say about themselves to telemetry.</summary>
public static class TelemetryConventions
{
    /// <summary>Requests of the endpoint are measured like any other and never logged as slow.</summary>
    public static TBuilder TakesItsTime<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(Telemetry.TakesItsTime.Instance);
}
