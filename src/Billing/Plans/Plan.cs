using Heretix.Billing.Usage;

namespace Heretix.Billing.Plans;

/// <summary>One plan.</summary>
/// <param name="Name">As in <see cref="PlanNames"/>.</param>
/// <param name="Rank">Its place among the plans, the lowest 0.</param>
/// <param name="Checks">Checks in a period.</param>
/// <param name="SolveSessions">Solve sessions in a period.</param>
/// <param name="Devices">Devices at a time.</param>
public sealed record Plan(string Name, int Rank, Allowance Checks, Allowance SolveSessions, int Devices)
{
    /// <summary>A subscription opens it, and its allowance is for a month.</summary>
    public bool IsPaid => PlanNames.Paid.Contains(Name);

    /// <summary>What it allows of a meter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such meter.</exception>
    public Allowance AllowanceOf(string meter) =>
        meter switch
        {
            Meters.Checks => Checks,
            Meters.SolveSessions => SolveSessions,
            _ => throw new ArgumentOutOfRangeException(
                nameof(meter),
                meter,
                $"There is no such meter; the meters are {Meters.Checks} and {Meters.SolveSessions}."
            ),
        };
}
