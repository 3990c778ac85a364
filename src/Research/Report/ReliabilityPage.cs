namespace Heretix.Research.Report;

/// <summary>One self-contained HTML page for an evaluation against labelled claims.</summary>
public static class ReliabilityPage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    public static void Write(ReliabilityInput input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        HtmlPage.Write(
            output,
            (input.Mock ? "Mock: " : "") + input.Title,
            $"Written by Heretix on {Figures.Utc(input.WrittenAt)}.",
            html => Body(html, input)
        );
    }

    private static void Body(MarkupWriter html, ReliabilityInput input)
    {
        if (input.Mock)
        {
            HtmlPage.MockBanner(
                html,
                "No model was asked. Every figure on this page is made up, to show the form of an evaluation."
            );
        }

        html.Element("p", "Predictions against labelled claims", ("class", "eyebrow"));
        html.Element("h1", input.Title, ("dir", "auto"));
        html.Element("p", input.Subtitle, ("class", "byline"));
        using (html.Open("ul", ("class", "figures")))
        {
            html.Element("li", $"Claims: {Figures.Thousands(input.Count)}");
            html.Element("li", $"Brier score: {Figures.Fixed(input.Brier ?? double.NaN, 4)} (0 is perfect)");
            html.Element(
                "li",
                $"Expected calibration error: {Figures.Fixed(input.Ece ?? double.NaN, 4)} (0 is calibrated)"
            );
        }

        using (
            HtmlPage.Figure(
                html,
                "Reliability",
                "Dots on the dashed line are calibrated; below it the probabilities are too high, above it too low. "
                    + "The area of a dot is in proportion to its claims."
            )
        )
        {
            ReliabilityDiagram.Write(html, input.Bins);
            using (html.Open("details"))
            {
                html.Element("summary", "The same as a table");
                HtmlTable.Write(
                    html,
                    "Classes of predictions",
                    ["Class", "#Claims", "#Mean prediction", "#Share true"],
                    input.Bins.Select(bin =>
                        new[]
                        {
                            $"{Figures.Share(bin.Low)} to {Figures.Share(bin.High)}",
                            Figures.Whole(bin.Count),
                            Figures.Fixed(bin.Count == 0 ? double.NaN : bin.MeanPredicted, 3),
                            Figures.Fixed(bin.Count == 0 ? double.NaN : bin.ObservedShare, 3),
                        }
                    )
                );
            }
        }

        if (input.Claims.Count > 0)
        {
            using (HtmlPage.Figure(html, "Every claim", "Largest errors first."))
            {
                HtmlTable.Write(
                    html,
                    "Every claim with its label and prediction",
                    ["Claim", "#Label", "#Prediction", "#95% interval", "#Squared error"],
                    input.Claims.OrderByDescending(claim => claim.SquaredError).Select(Cells)
                );
            }
        }
    }

    private static string[] Cells(EvaluatedClaim claim) =>
        [
            claim.Claim,
            Figures.Fixed(claim.Label, 2),
            Figures.Fixed(claim.Probability, 3),
            $"{Figures.Fixed(claim.CiLow, 3)} to {Figures.Fixed(claim.CiHigh, 3)}",
            Figures.Fixed(claim.SquaredError, 4),
        ];
}

/// <summary>What an evaluation page shows.</summary>
public sealed record ReliabilityInput
{
    /// <summary>Title of the page.</summary>
    public required string Title { get; init; }

    /// <summary>Model, prompt version and file of claims on one line.</summary>
    public required string Subtitle { get; init; }

    /// <summary>True when no model was asked.</summary>
    public required bool Mock { get; init; }

    /// <summary>When the page is written.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Claims that were evaluated.</summary>
    public required int Count { get; init; }

    /// <summary>Brier score, or null without claims.</summary>
    public double? Brier { get; init; }

    /// <summary>Expected calibration error, or null without claims.</summary>
    public double? Ece { get; init; }

    /// <summary>The classes, from 0 to 1.</summary>
    public required IReadOnlyList<ReliabilityBin> Bins { get; init; }

    /// <summary>The claims one by one; may be empty.</summary>
    public IReadOnlyList<EvaluatedClaim> Claims { get; init; } = [];
}

/// <summary>One labelled claim and its prediction.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Label">Its label, 0 (false) to 1 (true).</param>
/// <param name="Probability">Predicted probability.</param>
/// <param name="CiLow">Lower bound of the 95 % interval.</param>
/// <param name="CiHigh">Upper bound of the 95 % interval.</param>
public sealed record EvaluatedClaim(string Claim, double Label, double Probability, double CiLow, double CiHigh)
{
    /// <summary>The claim's part in the Brier score.</summary>
    public double SquaredError => (Probability - Label) * (Probability - Label);
}
