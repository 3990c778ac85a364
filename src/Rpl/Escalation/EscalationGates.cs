using System.Globalization;
using Heretix.Rpl.Results;

namespace Heretix.Rpl.Escalation;

/// <summary>The stages of an escalating measurement and the gates that end it.</summary>
public static class EscalationGates
{
    /// <summary>Widest interval that passes, in probability.</summary>
    public const double MaxWidth = 0.20;

    /// <summary>Lowest stability score that passes.</summary>
    public const double MinStability = 0.70;

    /// <summary>Largest imbalance between templates that passes.</summary>
    public const double MaxImbalance = 1.50;

    /// <summary>From here on an imbalance is worth a warning.</summary>
    public const double WarnImbalance = 1.25;

    /// <summary>Lowest share of valid samples that passes.</summary>
    public const double MinCompliance = 0.98;

    /// <summary>Template slots and replicates of each stage; a later stage reuses all samples of the earlier ones.</summary>
    public static IReadOnlyList<(int K, int R)> Stages { get; } = [(8, 2), (16, 2), (16, 3)];

    /// <summary>Judges a stage.</summary>
    /// <param name="stage">Index of the stage, from 0.</param>
    public static StageDecision Judge(int stage, Aggregate aggregate)
    {
        var failed = new List<string>();
        if (aggregate.Width > MaxWidth)
            failed.Add(Finding("ci_width", aggregate.Width, ">", MaxWidth));
        if (aggregate.StabilityScore < MinStability)
            failed.Add(Finding("stability_score", aggregate.StabilityScore, "<", MinStability));
        if (aggregate.Estimate.ImbalanceRatio > MaxImbalance)
            failed.Add(Finding("imbalance_ratio", aggregate.Estimate.ImbalanceRatio, ">", MaxImbalance));
        if (aggregate.Compliance < MinCompliance)
            failed.Add(Finding("rpl_compliance_rate", aggregate.Compliance, "<", MinCompliance));
        List<string> warnings = [];
        if (aggregate.Estimate.ImbalanceRatio is > WarnImbalance and <= MaxImbalance)
            warnings.Add(Finding("imbalance_ratio", aggregate.Estimate.ImbalanceRatio, ">", WarnImbalance));
        var (k, r) = Stages[stage];
        var action =
            failed.Count == 0 ? "stop_passed"
            : stage + 1 < Stages.Count ? "escalate"
            : "stop_exhausted";
        return new StageDecision(
            stage + 1,
            k,
            r,
            aggregate.Probability,
            aggregate.Width,
            aggregate.StabilityScore,
            aggregate.Estimate.ImbalanceRatio,
            aggregate.Compliance,
            failed,
            warnings,
            action
        );
    }

    private static string Finding(string name, double value, string relation, double threshold) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.####} {relation} {threshold:0.00}");
}
