namespace Heretix.Billing.Plans;

/// <summary>What each plan allows.</summary>
public sealed class PlansOptions
{
    /// <summary>Browsers without a session. Default: 1 check for each browser, no solve sessions, no devices.</summary>
    public PlanOptions Anonymous { get; init; } =
        new()
        {
            Checks = 1,
            SolveSessions = 0,
            Devices = 0,
        };

    /// <summary>Users without a subscription, once and for all. Default: 3 checks, 10 solve sessions, 1 device.</summary>
    public PlanOptions Trial { get; init; } =
        new()
        {
            Checks = 3,
            SolveSessions = 10,
            Devices = 1,
        };

    /// <summary>Default: 20 checks and 100 solve sessions a month, 2 devices.</summary>
    public PlanOptions Starter { get; init; } =
        new()
        {
            Checks = 20,
            SolveSessions = 100,
            Devices = 2,
        };

    /// <summary>Default: 100 checks and 300 solve sessions a month, 2 devices.</summary>
    public PlanOptions Core { get; init; } =
        new()
        {
            Checks = 100,
            SolveSessions = 300,
            Devices = 2,
        };

    /// <summary>Default: 750 checks a month, solve sessions without limit, 3 devices.</summary>
    public PlanOptions Pro { get; init; } =
        new()
        {
            Checks = 750,
            SolveSessions = Allowance.Unlimited,
            Devices = 3,
        };

    /// <summary>All of them with their names, the lowest first.</summary>
    internal IReadOnlyList<(string Plan, PlanOptions Values)> InOrder =>
        [
            (PlanNames.Anonymous, Anonymous),
            (PlanNames.Trial, Trial),
            (PlanNames.Starter, Starter),
            (PlanNames.Core, Core),
            (PlanNames.Pro, Pro),
        ];
}

/// <summary>What one plan allows.</summary>
public sealed class PlanOptions
{
    /// <summary>Checks in a period: a number or <c>unlimited</c>.</summary>
    public Allowance Checks { get; set; }

    /// <summary>Solve sessions in a period: a number or <c>unlimited</c>.</summary>
    public Allowance SolveSessions { get; set; }

    /// <summary>Devices at a time.</summary>
    public int Devices { get; set; }
}
