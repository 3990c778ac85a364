using System.Globalization;

namespace Heretix.Research.Report;

/// <summary>
/// Predicted probability against the observed share of true claims, a dot per class with an area in proportion to its
/// claims; on the diagonal the predictions are calibrated. After Murphy and Winkler (1977).
/// </summary>
internal static class ReliabilityDiagram
{
    private const double Side = 400;
    private const double Margin = 46;
    private const double LargestRadius = 16;

    /// <summary>Writes the diagram; classes without claims have no dot.</summary>
    internal static void Write(MarkupWriter html, IReadOnlyList<ReliabilityBin> bins)
    {
        var drawn = bins.Where(bin =>
                bin.Count > 0 && bin.MeanPredicted is >= 0 and <= 1 && bin.ObservedShare is >= 0 and <= 1
            )
            .ToArray();
        using (
            html.Open(
                "svg",
                ("class", "square"),
                ("viewBox", $"0 0 {Number(Side + Margin + 20)} {Number(Side + Margin + 20)}"),
                ("role", "img")
            )
        )
        {
            html.Element("title", "Reliability diagram");
            html.Element(
                "desc",
                drawn.Length == 0 ? "There are no claims to show." : string.Join(" ", drawn.Select(Sentence))
            );
            Frame(html);
            foreach (var bin in drawn.OrderByDescending(bin => bin.Count))
            {
                Dot(html, bin, drawn.Max(other => other.Count));
            }
        }
    }

    private static void Frame(MarkupWriter svg)
    {
        for (var i = 0; i <= 4; i++)
        {
            var share = i / 4.0;
            var label = Figures.Share(share);
            Line(svg, "grid", X(share), Y(0), X(share), Y(1));
            Line(svg, "grid", X(0), Y(share), X(1), Y(share));
            Label(svg, label, X(share), Y(0) + 18, "middle");
            Label(svg, label, X(0) - 8, Y(share) + 4, "end");
        }

        Line(svg, "diagonal", X(0), Y(0), X(1), Y(1));
        Label(svg, "Predicted probability", X(0.5), Y(0) + 38, "middle");
        Label(svg, "Share of claims that are true", X(0), Y(1) - 8, "start");
    }

    private static void Dot(MarkupWriter svg, ReliabilityBin bin, int most)
    {
        var radius = Math.Max(3, LargestRadius * Math.Sqrt((double)bin.Count / most));
        using (
            svg.Open(
                "circle",
                ("class", "dot"),
                ("cx", Number(X(bin.MeanPredicted))),
                ("cy", Number(Y(bin.ObservedShare))),
                ("r", Number(radius))
            )
        )
        {
            svg.Element("title", Sentence(bin));
        }
    }

    private static string Sentence(ReliabilityBin bin) =>
        $"{bin.Count} claims between {Figures.Share(bin.Low)} and {Figures.Share(bin.High)}: "
        + $"predicted {Figures.Share(bin.MeanPredicted)}, true {Figures.Share(bin.ObservedShare)}.";

    private static void Line(MarkupWriter svg, string style, double x1, double y1, double x2, double y2) =>
        svg.Empty(
            "line",
            ("class", style),
            ("x1", Number(x1)),
            ("y1", Number(y1)),
            ("x2", Number(x2)),
            ("y2", Number(y2))
        );

    private static void Label(MarkupWriter svg, string text, double x, double y, string anchor) =>
        svg.Element("text", text, ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));

    private static double X(double share) => Margin + (share * Side);

    private static double Y(double share) => 20 + ((1 - share) * Side);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>One class of a reliability diagram.</summary>
/// <param name="Low">Lower end of the class, 0 to 1.</param>
/// <param name="High">Upper end of the class, 0 to 1.</param>
/// <param name="Count">Claims whose prediction falls into it.</param>
/// <param name="MeanPredicted">Mean of their predictions.</param>
/// <param name="ObservedShare">Mean of their labels (1 is true).</param>
public sealed record ReliabilityBin(double Low, double High, int Count, double MeanPredicted, double ObservedShare);
