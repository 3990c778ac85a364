namespace Heretix.Estimation;

/// <summary>How template means become one number.</summary>
public enum Center
{
    /// <summary>The trimmed mean, which a few eccentric templates cannot drag away.</summary>
    Trimmed,

    /// <summary>The plain mean.</summary>
    Mean,
}

/// <summary>Settings of a bootstrap.</summary>
/// <param name="Iterations">Bootstrap replications B, at least 1.</param>
/// <param name="Center">How template means become one number.</param>
/// <param name="Trim">The share of template means left out at each end, in [0, 0.5); unused by the plain mean.</param>
/// <param name="FixedDraws">
/// At most this many replicates are drawn per template (at least 1); null draws as many as the template has.
/// </param>
public sealed record BootstrapOptions(
    int Iterations = 5000,
    Center Center = Center.Trimmed,
    double Trim = 0.2,
    int? FixedDraws = null
)
{
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Require()
    {
        if (Iterations < 1)
            throw new ArgumentException($"A bootstrap needs at least 1 iteration; B is {Iterations}.");
        if (Center is not (Center.Trimmed or Center.Mean))
            throw new ArgumentException(
                $"The center is {nameof(Center.Trimmed)} or {nameof(Center.Mean)}; it is {Center}."
            );
        TrimmedMean.RequireTrim(Trim, nameof(Trim));
        if (FixedDraws is < 1)
            throw new ArgumentException($"Fixed draws per template are at least 1; they are {FixedDraws}.");
    }
}
