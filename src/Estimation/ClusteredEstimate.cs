namespace Heretix.Estimation;

/// <summary>What a measurement says, in log-odds, with its 95 % interval and the diagnostics of its design.</summary>
/// <param name="LogOdds">The centre of the template means.</param>
/// <param name="Low">Lower end of the interval, never above the estimate.</param>
/// <param name="High">Upper end of the interval, never below the estimate.</param>
/// <param name="TemplateIqr">Interquartile range of the template means in log-odds.</param>
/// <param name="Templates">Number of templates with at least one replicate.</param>
/// <param name="ImbalanceRatio">Largest number of replicates of a template over the smallest; 1 is balanced.</param>
/// <param name="CountsByTemplate">Replicates per template, in the order of the clusters.</param>
/// <param name="Method">The name under which the method is recorded.</param>
/// <param name="Iterations">Bootstrap replications behind the interval.</param>
public sealed record ClusteredEstimate(
    double LogOdds,
    double Low,
    double High,
    double TemplateIqr,
    int Templates,
    double ImbalanceRatio,
    IReadOnlyList<KeyValuePair<string, int>> CountsByTemplate,
    string Method,
    int Iterations
)
{
    /// <summary>The estimate as a probability.</summary>
    public double Probability => Estimation.LogOdds.ToProbability(LogOdds);

    /// <summary>Lower end of the interval as a probability.</summary>
    public double ProbabilityLow => Estimation.LogOdds.ToProbability(Low);

    /// <summary>Upper end of the interval as a probability.</summary>
    public double ProbabilityHigh => Estimation.LogOdds.ToProbability(High);

    /// <summary>Width of the interval in probability.</summary>
    public double Width => ProbabilityHigh - ProbabilityLow;
}
