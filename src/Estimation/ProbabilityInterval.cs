namespace Heretix.Estimation;

/// <summary>A probability with its 95 % interval.</summary>
/// <param name="Probability">In [0, 1].</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public readonly record struct ProbabilityInterval(double Probability, double Low, double High);
