using System.Diagnostics.Metrics;

namespace Heretix.Billing.Events;

/// <summary>How many events came, and what became of them.</summary>
internal sealed class EventMetrics
{
    private readonly Counter<long> events;
    private readonly Counter<long> flagged;

    public EventMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Heretix.Billing");
        events = meter.CreateCounter<long>(
            "heretix.billing.events",
            unit: "{event}",
            description: "Events of providers that were received, by source and outcome."
        );
        flagged = meter.CreateCounter<long>(
            "heretix.billing.events.flagged",
            unit: "{event}",
            description: "Events of providers that somebody has to look at, by source and reason."
        );
    }

    public void Received(string source, string outcome) =>
        events.Add(1, new("source", source), new("outcome", outcome));

    public void Flagged(string source, string reason) => flagged.Add(1, new("source", source), new("reason", reason));
}
