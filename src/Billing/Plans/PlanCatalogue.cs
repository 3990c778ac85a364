using Microsoft.Extensions.Options;

namespace Heretix.Billing.Plans;

/// <summary>The plans as this server is configured.</summary>
public sealed class PlanCatalogue
{
    private readonly Dictionary<string, Plan> plans;

    /// <summary>Reads the plans once, at the start.</summary>
    public PlanCatalogue(IOptions<BillingOptions> options) =>
        plans = options
            .Value.Plans.InOrder.Select(
                (plan, rank) =>
                    new Plan(plan.Plan, rank, plan.Values.Checks, plan.Values.SolveSessions, plan.Values.Devices)
            )
            .ToDictionary(plan => plan.Name, StringComparer.Ordinal);

    /// <summary>The plan of browsers without a session.</summary>
    public Plan Anonymous => plans[PlanNames.Anonymous];

    /// <summary>The plan of users without a subscription.</summary>
    public Plan Trial => plans[PlanNames.Trial];

    /// <summary>The plan of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names them.</exception>
    public Plan this[string name] =>
        plans.TryGetValue(name, out var plan)
            ? plan
            : throw new ArgumentException(
                $"'{name}' is not a plan; the plans are {string.Join(", ", PlanNames.All)}.",
                nameof(name)
            );
}
