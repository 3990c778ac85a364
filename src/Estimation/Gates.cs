namespace Heretix.Estimation;

/// <summary>The three thresholds that a measurement has to meet before its figure is worth quoting.</summary>
public static class Gates
{
    /// <summary>Least share of valid samples.</summary>
    public const double LeastCompliance = 0.98;

    /// <summary>Least stability score.</summary>
    public const double LeastStability = 0.25;

    /// <summary>Greatest width of the interval in probability.</summary>
    public const double GreatestWidth = 0.30;

    /// <summary>Greatest width at which a result is recorded as stable.</summary>
    public const double GreatestStableWidth = 0.20;

    /// <summary>Enough samples were valid.</summary>
    public static bool ComplianceOk(double compliance) => compliance >= LeastCompliance;

    /// <summary>The wording mattered little enough.</summary>
    public static bool StabilityOk(double stability) => stability >= LeastStability;

    /// <summary>The interval is narrow enough.</summary>
    public static bool PrecisionOk(double width) => width <= GreatestWidth;

    /// <summary>What results record as is_stable: the width alone decides, in spite of the name.</summary>
    public static bool IsStable(double width) => width <= GreatestStableWidth;
}
