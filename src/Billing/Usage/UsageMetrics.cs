using System.Diagnostics.Metrics;

namespace Heretix.Billing.Usage;

/// <summary>How many uses were let through and how many refused, by meter and plan.</summary>
internal sealed class UsageMetrics(IMeterFactory meters)
{
    private readonly Counter<long> decisions = meters
        .Create("Heretix.Billing")
        .CreateCounter<long>(
            "heretix.usage.decisions",
            unit: "{use}",
            description: "Uses that were reserved or refused, by meter, plan and outcome."
        );

    public void Decided(string meter, UsageDecision decision) =>
        decisions.Add(
            1,
            new("meter", meter),
            new("plan", decision.Usage.Plan),
            new("outcome", decision is UsageDecision.Refused refused ? refused.Error : "reserved")
        );
}
