namespace Heretix.Billing.Plans;

/// <summary>The names of the plans, as they are stored and shown.</summary>
public static class PlanNames
{
    /// <summary>A browser without a session.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>A user without a subscription.</summary>
    public const string Trial = "trial";

    /// <summary>The smallest subscription.</summary>
    public const string Starter = "starter";

    /// <summary>The middle subscription.</summary>
    public const string Core = "core";

    /// <summary>The largest subscription.</summary>
    public const string Pro = "pro";

    /// <summary>All of them, the lowest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Anonymous, Trial, Starter, Core, Pro];

    /// <summary>Those that a subscription opens, the lowest first.</summary>
    public static IReadOnlyList<string> Paid { get; } = [Starter, Core, Pro];
}
