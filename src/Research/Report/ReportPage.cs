namespace Heretix.Research.Report;

/// <summary>One self-contained HTML page for one run, or for several side by side.</summary>
public static class ReportPage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    /// <exception cref="ArgumentException">There is no run to show.</exception>
    public static void Write(ReportInput input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (input.Runs.Count == 0)
        {
            throw new ArgumentException("a report needs at least one run", nameof(input));
        }

        var oneClaim = input.Runs.All(run => run.Claim == input.Runs[0].Claim);
        var title = oneClaim ? input.Runs[0].Claim : input.Title;
        HtmlPage.Write(
            output,
            (input.Runs.Any(run => run.Mock) ? "Mock: " : "") + title,
            $"Written by Heretix on {Figures.Utc(input.WrittenAt)}. A model's belief is not evidence about the world.",
            html => Body(html, input, title, oneClaim)
        );
    }

    private static void Body(MarkupWriter html, ReportInput input, string title, bool oneClaim)
    {
        var mocks = input.Runs.Count(run => run.Mock);
        if (mocks > 0)
        {
            HtmlPage.MockBanner(
                html,
                mocks == input.Runs.Count
                    ? "No model was asked. Every figure on this page is made up, to show the form of a report."
                    : $"{mocks} of the {input.Runs.Count} runs on this page asked no model; their figures are made up."
            );
        }

        using (html.Open("header"))
        {
            html.Element("p", "What a language model believes, measured by Heretix", ("class", "eyebrow"));
            html.Element("h1", oneClaim ? $"“{title}”" : title, ("dir", "auto"));
        }

        var several = input.Runs.Count > 1;
        if (several)
        {
            Comparison(html, input.Runs, oneClaim);
        }

        for (var i = 0; i < input.Runs.Count; i++)
        {
            html.Line();
            new RunSection(html, input.Runs[i], i + 1, several, showClaim: !oneClaim).Write();
        }
    }

    private static void Comparison(MarkupWriter html, IReadOnlyList<ReportRun> runs, bool oneClaim)
    {
        using (html.Open("div", ("class", "comparison")))
        using (
            HtmlPage.Figure(
                html,
                "All runs side by side",
                "Estimate and both 95% intervals of each run, in the order of the sections below."
            )
        )
        {
            ForestPlot.Write(
                html,
                runs.Select(run => Row(run, oneClaim)),
                "Probability that the claim is true, linear scale"
            );
            Legend.Intervals(html);
            using (html.Open("details"))
            {
                html.Element("summary", "The same as a table");
                HtmlTable.Write(
                    html,
                    "All runs",
                    [
                        "Run",
                        "Claim",
                        "Prompt version",
                        "Verdict",
                        "#Estimate",
                        "#95% interval",
                        "#Whole-cluster",
                        "#Stability",
                        "#Usable",
                    ],
                    runs.Select(run => Cells(run))
                );
            }
        }
    }

    private static ForestRow Row(ReportRun run, bool oneClaim)
    {
        var estimate = run.Estimate;
        var model = RunSection.Name(run);
        return new ForestRow(
            oneClaim ? model : run.Claim,
            oneClaim ? run.PromptVersion : $"{model}, {run.PromptVersion}",
            estimate.Probability,
            (estimate.CiLow, estimate.CiHigh),
            (estimate.WholeClusterLow, estimate.WholeClusterHigh),
            oneClaim ? $"{model}, {run.PromptVersion}" : run.Claim
        );
    }

    private static string[] Cells(ReportRun run)
    {
        var estimate = run.Estimate;
        return
        [
            RunSection.Name(run),
            run.Claim,
            run.PromptVersion,
            run.Reading.Label,
            Figures.Fixed(estimate.Probability, 3),
            $"{Figures.Fixed(estimate.CiLow, 3)} to {Figures.Fixed(estimate.CiHigh, 3)}",
            $"{Figures.Fixed(estimate.WholeClusterLow, 3)} to {Figures.Fixed(estimate.WholeClusterHigh, 3)}",
            Figures.Fixed(estimate.StabilityScore, 2),
            Figures.Share(estimate.Compliance),
        ];
    }
}
