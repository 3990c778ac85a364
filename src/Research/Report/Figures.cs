using System.Globalization;
using Heretix.Rpl.Reading;

namespace Heretix.Research.Report;

/// <summary>Numbers as a report shows them, the same in every culture; what is not a number is a dash.</summary>
internal static class Figures
{
    private const string None = "–";

    internal static string Fixed(double value, int decimals) =>
        double.IsFinite(value) ? value.ToString("F" + Whole(decimals), CultureInfo.InvariantCulture) : None;

    internal static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Thousands(double value) =>
        double.IsFinite(value) ? value.ToString("#,0", CultureInfo.InvariantCulture) : None;

    /// <summary>A probability for reading: "72%", "under 1%".</summary>
    internal static string Percents(double probability) =>
        probability is >= 0 and <= 1 ? Percent.Of(probability) : None;

    internal static string PercentRange(double low, double high) =>
        low is >= 0 and <= 1 && high is >= 0 and <= 1 ? Percent.Range(low, high) : None;

    /// <summary>A share such as a hit rate, where 0% and 100% are what they say.</summary>
    internal static string Share(double share) =>
        double.IsFinite(share) ? (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%" : None;

    internal static string Dollars(double usd) =>
        double.IsFinite(usd)
            ? "$" + usd.ToString(usd is 0 or >= 1 ? "0.00" : "0.0000##", CultureInfo.InvariantCulture)
            : None;

    internal static string Milliseconds(double ms) => double.IsFinite(ms) ? Thousands(ms) + " ms" : None;

    internal static string Utc(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
