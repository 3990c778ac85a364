using System.Globalization;

namespace Heretix.Chats.Statistics;

/// <summary>
/// Two decimals as Python's <c>round(x, 2)</c> gives them: the nearest by the exact value of the double, half to even where
/// it lies exactly in the middle, which only multiples of 1/8 do.
/// </summary>
internal static class PythonRound
{
    public static double Two(double value)
    {
        if (!double.IsFinite(value) || Math.Abs(value) > 1e12)
            return value;
        var eighths = value * 8;
        return eighths == Math.Truncate(eighths)
            ? (double)Math.Round((decimal)value, 2, MidpointRounding.ToEven)
            : double.Parse(value.ToString("F2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
