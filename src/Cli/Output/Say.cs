using System.Globalization;

namespace Heretix.Cli.Output;

/// <summary>Figures as tables show them, the same in every culture; what is unknown is a dash.</summary>
internal static class Say
{
    public static string Number(double? value, int decimals) =>
        value is { } number && double.IsFinite(number)
            ? number.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : "-";

    /// <summary>A difference, with its sign.</summary>
    public static string Signed(double value, int decimals) => (value > 0 ? "+" : "") + Number(value, decimals);

    public static string Percent(double? probability) =>
        probability is { } p && double.IsFinite(p) ? Text($"{100 * p:0.0} %") : "-";

    public static string Interval(IReadOnlyList<double> bounds) =>
        Text($"{100 * bounds[0]:0.0} - {100 * bounds[1]:0.0} %");

    public static string Usd(decimal? amount) => amount is { } usd ? Text($"{usd:0.0000} USD") : "no price known";

    /// <summary><c>1 sample</c>, <c>2 samples</c>.</summary>
    public static string Count(long number, string thing) => Text($"{number} {thing}{(number == 1 ? "" : "s")}");

    public static string Text(FormattableString text) => FormattableString.Invariant(text);
}
