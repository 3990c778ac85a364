namespace Heretix.Estimation;

/// <summary>A probability in three words.</summary>
public static class Verdict
{
    /// <summary>From here on a claim is "Likely true".</summary>
    public const double LikelyTrueFrom = 0.60;

    /// <summary>Up to here a claim is "Likely false".</summary>
    public const double LikelyFalseUpTo = 0.40;

    /// <summary>From <see cref="LikelyTrueFrom"/> on.</summary>
    public const string LikelyTrue = "Likely true";

    /// <summary>Up to <see cref="LikelyFalseUpTo"/>.</summary>
    public const string LikelyFalse = "Likely false";

    /// <summary>Between the two.</summary>
    public const string Uncertain = "Uncertain";

    /// <summary>"Likely true", "Likely false" or "Uncertain"; an unknown probability is uncertain.</summary>
    public static string Label(double? probability) =>
        probability switch
        {
            >= LikelyTrueFrom => LikelyTrue,
            <= LikelyFalseUpTo => LikelyFalse,
            _ => Uncertain,
        };
}
