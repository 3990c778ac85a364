namespace Heretix.Estimation;

/// <summary>
/// The logit and its inverse. Averages of beliefs are taken in log-odds, where a step from 0.98 to 0.99 weighs as
/// much as one from 0.02 to 0.01 (Berkson 1944, "Application of the logistic function to bio-assay").
/// </summary>
public static class LogOdds
{
    /// <summary>Probabilities are moved at least this far away from 0 and 1, so that certainty stays finite.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>Log-odds beyond this magnitude are clipped before they are exponentiated (e^709 is still finite).</summary>
    public const double Clip = 709;

    /// <summary>ln(p / (1 - p)) of a probability clamped to [1e-6, 1 - 1e-6].</summary>
    /// <param name="p">A probability; values outside [0, 1] are clamped, NaN stays NaN.</param>
    /// <returns>Natural log-odds in [-13.8156, 13.8156].</returns>
    public static double FromProbability(double p)
    {
        double inside = Math.Min(Math.Max(p, Epsilon), 1 - Epsilon);
        return Math.Log(inside / (1 - inside));
    }

    /// <summary>1 / (1 + e^-x) with x clipped to [-709, 709].</summary>
    /// <param name="logOdds">Natural log-odds; infinities are clipped, NaN stays NaN.</param>
    /// <returns>A probability in (0, 1].</returns>
    public static double ToProbability(double logOdds) => 1 / (1 + Math.Exp(-Math.Clamp(logOdds, -Clip, Clip)));
}
