namespace Heretix.Estimation;

/// <summary>One figure for the quality of a measurement (not for the truth of the claim).</summary>
public static class QualityScore
{
    /// <summary>The name of the formula, stored beside the score.</summary>
    public const string Version = "v1";

    /// <summary>100 * (0.4 stability + 0.4 (1 - min(width, 0.5) / 0.5) + 0.2 compliance), cut off to an integer.</summary>
    /// <param name="stability">Stability score in [0, 1].</param>
    /// <param name="width">Width of the interval in probability.</param>
    /// <param name="compliance">Share of valid samples in [0, 1].</param>
    /// <returns>0 to 100.</returns>
    public static int V1(double stability, double width, double compliance) =>
        (int)(100 * ((0.4 * stability) + (0.4 * (1 - (Math.Min(width, 0.5) / 0.5))) + (0.2 * compliance)));
}
