using System.Globalization;
using Heretix.Research.Report;

namespace Heretix.Cli.Output;

/// <summary>Seven days of 24 hours as squares, darker where there is more.</summary>
internal static class WeekMap
{
    private const int Row = 20;
    private const double Left = 0.12;
    private const double Width = (1 - Left) / 24;

    public static void Write(MarkupWriter html, IReadOnlyList<string> days, IReadOnlyList<IReadOnlyList<long>> counts)
    {
        var most = Math.Max(1, counts.Max(day => day.Max()));
        using (html.Open("svg", ("class", "strip"), ("height", Figures.Whole(8 * Row)), ("role", "img")))
        {
            html.Element("title", "Messages by weekday and hour");
            for (var day = 0; day < days.Count; day++)
            {
                html.Element(
                    "text",
                    days[day][..3],
                    ("class", "tick"),
                    ("x", "0"),
                    ("y", Figures.Whole(day * Row + 14))
                );
                for (var hour = 0; hour < 24; hour++)
                    Square(html, days[day], day, hour, counts[day][hour], most);
            }
            for (var hour = 0; hour < 24; hour += 3)
                html.Element(
                    "text",
                    hour.ToString("00", CultureInfo.InvariantCulture),
                    ("class", "tick"),
                    ("x", SvgAxis.Length(Left + (hour + 0.5) * Width)),
                    ("y", Figures.Whole(7 * Row + 14)),
                    ("text-anchor", "middle")
                );
        }
    }

    private static void Square(MarkupWriter html, string name, int day, int hour, long count, long most)
    {
        using (
            html.Open(
                "rect",
                ("class", "estimate"),
                ("x", SvgAxis.Length(Left + hour * Width)),
                ("width", SvgAxis.Length(Width)),
                ("y", Figures.Whole(day * Row)),
                ("height", Figures.Whole(Row)),
                ("fill-opacity", (0.04 + 0.96 * count / most).ToString("0.###", CultureInfo.InvariantCulture))
            )
        )
            html.Element("title", $"{name} {hour:00}: {Figures.Thousands(count)}");
    }
}
