using Heretix.Estimation;

namespace Heretix.Research.Sweep;

/// <summary>The middle of a sample.</summary>
public static class Median
{
    /// <summary>The median of what is a number; between the two middle values of an even count; null without numbers.</summary>
    public static double? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        return sorted.Length == 0 ? null : Percentile.Of(sorted, 0.5);
    }
}
