namespace Heretix.Rpl.Reading;

/// <summary>The label of a probability: likely true from 0.60, likely false up to 0.40, uncertain between.</summary>
internal static class VerdictLabel
{
    internal const string LikelyTrue = "Likely true";
    internal const string LikelyFalse = "Likely false";
    internal const string Uncertain = "Uncertain";

    internal static string Of(double probability) =>
        probability >= 0.60 ? LikelyTrue
        : probability <= 0.40 ? LikelyFalse
        : Uncertain;
}
