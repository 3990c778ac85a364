using System.Globalization;

namespace Heretix.Rpl.Reading;

/// <summary>Probabilities as people read them: whole percents, and never certainty.</summary>
public static class Percent
{
    /// <summary>The figures that a verdict turns on; rounding must not carry a probability onto one of them.</summary>
    private static readonly double[] Thresholds = [40, 50, 60];

    /// <summary>
    /// A probability as a whole percent: "under 1%" below 0.01, "over 99%" above 0.99, and one decimal where the whole
    /// percent would claim a threshold that the probability does not reach (0.598 is "59.8%", not "60%").
    /// </summary>
    public static string Of(double probability)
    {
        if (probability < 0.01)
        {
            return "under 1%";
        }

        if (probability > 0.99)
        {
            return "over 99%";
        }

        var percent = probability * 100;
        var whole = Math.Round(percent, MidpointRounding.AwayFromZero);
        if (Math.Abs(percent - whole) > 1e-9 && Array.IndexOf(Thresholds, whole) >= 0)
        {
            var tenths =
                percent < whole
                    ? Math.Min(Math.Round(percent, 1), whole - 0.1)
                    : Math.Max(Math.Round(percent, 1), whole + 0.1);
            return tenths.ToString("0.0", CultureInfo.InvariantCulture) + "%";
        }

        return whole.ToString("0", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>An interval of probabilities: "61% to 79%", or one figure when both ends read the same.</summary>
    public static string Range(double low, double high)
    {
        var (from, to) = (Of(low), Of(high));
        return from == to ? from : $"{from} to {to}";
    }

    /// <summary>A difference of probabilities in percentage points: "18 percentage points".</summary>
    public static string Points(double difference)
    {
        var points = Math.Round(difference * 100, MidpointRounding.AwayFromZero);
        return points < 1 ? "less than 1 percentage point"
            : points < 1.5 ? "1 percentage point"
            : points.ToString("0", CultureInfo.InvariantCulture) + " percentage points";
    }
}
