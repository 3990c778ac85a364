namespace Heretix.Research.Report;

/// <summary>Everything a page says about one run: the reading first, then the plots, diagnostics and provenance.</summary>
internal sealed class RunSection(MarkupWriter html, ReportRun run, int number, bool several, bool showClaim)
{
    internal void Write()
    {
        using (html.Open("section", ("class", "run"), ("id", $"run-{number}"), ("aria-label", Name(run))))
        {
            Heading();
            Reading();
            Estimate();
            Samples();
            Bootstrap();
            DiagnosticsTable.Write(html, run);
            DecisionLog();
            Provenance.Write(html, run);
        }
    }

    /// <summary>The model's name as headings show it.</summary>
    internal static string Name(ReportRun run) => run.Mock ? $"Mock ({run.Model})" : run.Model;

    private void Heading()
    {
        if (several)
        {
            html.Element("h2", Name(run));
        }

        if (showClaim)
        {
            html.Element("p", $"“{run.Claim}”", ("class", "headline"), ("dir", "auto"));
        }

        var asked = several ? "" : (run.Mock ? "Mock of " : "") + $"{run.Model} ({run.Provider}), ";
        html.Element(
            "p",
            $"{asked}prompts {run.PromptVersion}, {run.Samples.Count} answers over {run.T} templates, {Figures.Utc(run.CreatedAt)}",
            ("class", "byline")
        );
    }

    private void Reading()
    {
        var reading = run.Reading;
        var figure = Figures.Percents(run.Estimate.Probability);
        using (html.Open("div", ("class", "verdict")))
        {
            html.Element("p", figure, ("class", figure.Length > 4 ? "number long" : "number"));
            using (html.Open("div"))
            {
                html.Element("p", reading.Label, ("class", "label-text"));
                html.Element("p", reading.Headline, ("class", "headline"));
            }
        }

        foreach (var paragraph in reading.BodyParagraphs)
        {
            html.Element("p", paragraph);
        }

        using (html.Open("ul", ("class", "figures")))
        {
            foreach (var bullet in reading.Bullets)
            {
                html.Element("li", bullet);
            }
        }
    }

    private void Estimate()
    {
        var estimate = run.Estimate;
        using (
            HtmlPage.Figure(
                html,
                "The estimate and its two intervals",
                "With 16 templates or more quote the whole-cluster interval, with fewer the wider of the two."
            )
        )
        {
            ForestPlot.Write(
                html,
                [
                    new ForestRow(
                        "95% interval",
                        "templates and replicates",
                        estimate.Probability,
                        (estimate.CiLow, estimate.CiHigh),
                        FullLabel: "95% interval, templates and their replicates resampled"
                    ),
                    new ForestRow(
                        "95% interval",
                        "whole clusters",
                        estimate.Probability,
                        First: null,
                        (estimate.WholeClusterLow, estimate.WholeClusterHigh),
                        "95% interval, whole clusters resampled"
                    ),
                ],
                "Probability that the claim is true, linear scale"
            );
        }
    }

    private void Samples()
    {
        var templates = TemplateSamples.Of(run.Samples);
        using (
            HtmlPage.Figure(
                html,
                "Every answer, template by template",
                "Templates in the order of the plan; their numbers are those of the prompt bank."
            )
        )
        {
            TemplateDots.Write(html, templates);
            var invalid = run.Samples.Where(sample => !TemplateSamples.IsDrawable(sample)).ToArray();
            if (invalid.Length > 0)
            {
                html.Element(
                    "p",
                    $"Not drawn, because they could not be used: {string.Join("; ", invalid.Select(Invalid))}.",
                    ("class", "axis-caption")
                );
            }

            using (html.Open("details"))
            {
                html.Element("summary", "The wordings in full");
                HtmlTable.Write(
                    html,
                    "Templates in plan order; an ellipsis stands for the claim",
                    ["Template", "Wording"],
                    templates.Select(template => new[] { $"Template {template.Index + 1}", template.ShortText })
                );
            }

            using (html.Open("details"))
            {
                html.Element("summary", $"All {run.Samples.Count} answers as a table");
                HtmlTable.Write(
                    html,
                    "All answers in plan order",
                    ["Template", "#Replicate", "#Probability", "#Latency", "#Tokens in", "#Tokens out", "Remarks"],
                    run.Samples.Select(Cells)
                );
            }
        }
    }

    private void Bootstrap()
    {
        using (
            HtmlPage.Figure(
                html,
                "How far the estimate moves when templates and answers are drawn anew",
                $"Distribution of {Figures.Thousands(run.BootstrapLogOdds.Count)} bootstrap centres; the axis closes in on them."
            )
        )
        {
            if (!run.BootstrapLogOdds.Any(double.IsFinite))
            {
                html.Element("p", "The distribution was not kept with this run.", ("class", "axis-caption"));
                return;
            }

            var estimate = run.Estimate;
            double[] centres = [.. run.BootstrapLogOdds.Select(logit => 1 / (1 + Math.Exp(-logit)))];
            var interval = $"95% interval {Figures.PercentRange(estimate.CiLow, estimate.CiHigh)}";
            var whole = $"whole clusters {Figures.PercentRange(estimate.WholeClusterLow, estimate.WholeClusterHigh)}";
            var centre = $"estimate {Figures.Percents(estimate.Probability)}";
            Histogram.Write(
                html,
                centres,
                [
                    new HistogramMark(estimate.WholeClusterLow, "bound second", whole),
                    new HistogramMark(estimate.WholeClusterHigh, "bound second", whole),
                    new HistogramMark(estimate.CiLow, "bound", interval),
                    new HistogramMark(estimate.CiHigh, "bound", interval),
                    new HistogramMark(estimate.Probability, "mark", centre),
                ],
                "Bootstrap distribution of the estimate",
                $"Histogram with the {centre}, the {interval} and the interval with {whole}."
            );
            html.Element("p", "Probability that the claim is true, linear scale", ("class", "axis-caption"));
            Legend.Marks(html, [("mark", centre), ("bound", interval), ("bound second", whole)]);
        }
    }

    private void DecisionLog()
    {
        if (run.DecisionLog.Count == 0)
        {
            return;
        }

        using (HtmlPage.Figure(html, "How the run was extended"))
        using (html.Open("ol", ("class", "log")))
        {
            foreach (var line in run.DecisionLog)
            {
                html.Element("li", line);
            }
        }
    }

    private static string Invalid(ReportSample sample)
    {
        var why = sample.Warnings.Count > 0 ? $" ({string.Join(", ", sample.Warnings)})" : "";
        return $"template {sample.TemplateIndex + 1}, replicate {sample.Replicate + 1}{why}";
    }

    private static string[] Cells(ReportSample sample)
    {
        IEnumerable<string> remarks = sample.Warnings;
        remarks = sample.FromCache ? remarks.Prepend("from the cache") : remarks;
        remarks = TemplateSamples.IsDrawable(sample) ? remarks : remarks.Prepend("not used");
        return
        [
            $"Template {sample.TemplateIndex + 1}",
            Figures.Whole(sample.Replicate + 1),
            Figures.Fixed(sample.Probability ?? double.NaN, 3),
            Figures.Milliseconds(sample.LatencyMs),
            Figures.Whole(sample.TokensIn),
            Figures.Whole(sample.TokensOut),
            string.Join(", ", remarks),
        ];
    }
}
