using Heretix.Research.Batch;
using Heretix.Research.Report;
using Heretix.Rpl.Results;

namespace Heretix.Research.Sweep;

/// <summary>A sweep as a page: the cohorts in a table, and every claim with its interval.</summary>
public static class SweepPage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    public static void Write(
        SweepReport report,
        IReadOnlyList<BatchOutcome> outcomes,
        DateTimeOffset writtenAt,
        TextWriter output
    )
    {
        var claims = outcomes.Select(outcome => outcome.Item.Line.Id).Distinct().Count();
        OverviewPage.Write(
            new OverviewInput
            {
                Kind = "Sweep over claims",
                Title = $"{claims} claims of {Path.GetFileName(report.ClaimsFile)}",
                Subtitle = string.Join(
                    ", ",
                    report.Cohorts.Select(cohort => $"{cohort.LogicalModel} with {cohort.PromptVersion}")
                ),
                Mock = report.Mock,
                WrittenAt = writtenAt,
                Points =
                [
                    $"Measured: {outcomes.Count - report.Failures.Count} of {outcomes.Count}",
                    $"All gates passed: {report.Cohorts.Sum(cohort => cohort.Figures.AllGatesOk)}",
                ],
                Sections = [.. Sections(report, outcomes)],
            },
            output
        );
    }

    private static IEnumerable<OverviewSection> Sections(SweepReport report, IReadOnlyList<BatchOutcome> outcomes)
    {
        yield return new OverviewSection(
            "Models and prompt versions",
            null,
            [],
            [
                "Model",
                "Prompts",
                "#Measured",
                "#Median width",
                "#Median stability",
                "#Median PQS",
                "#Compliance",
                "#All gates",
                "#Cost",
            ],
            [.. report.Cohorts.Select(Cells)]
        );
        foreach (
            var cohort in outcomes.GroupBy(outcome => (outcome.Item.Request.Model, outcome.Item.Request.PromptVersion))
        )
        {
            RunResult[] runs = [.. cohort.Select(outcome => outcome.Result).OfType<RunResult>()];
            if (runs.Length > 0)
                yield return Claims(runs);
        }
        if (report.Failures.Count > 0)
            yield return new OverviewSection(
                "Claims that could not be measured",
                null,
                [],
                ["Claim", "Model", "Prompts", "Reason"],
                [
                    .. report.Failures.Select(failure =>
                        (string[])[failure.Claim, failure.Model, failure.PromptVersion, failure.Error]
                    ),
                ]
            );
    }

    private static IReadOnlyList<string> Cells(SweptCohort cohort)
    {
        var figures = cohort.Figures;
        return
        [
            cohort.LogicalModel,
            cohort.PromptVersion,
            $"{figures.Count} of {cohort.Claims}",
            Figures.Fixed(figures.MedianCiWidth ?? double.NaN, 4),
            Figures.Fixed(figures.MedianStability ?? double.NaN, 3),
            Figures.Fixed(figures.MedianPqs ?? double.NaN, 1),
            Figures.Share(figures.MeanCompliance ?? double.NaN),
            Figures.Whole(figures.AllGatesOk),
            Figures.Dollars((double?)cohort.CostUsd ?? double.NaN),
        ];
    }

    private static OverviewSection Claims(RunResult[] runs) =>
        new(
            $"Every claim: {runs[0].LogicalModel} with {runs[0].PromptVersion}",
            "In the order of the file.",
            [.. runs.Select(Estimate)],
            ["Claim", "#Probability", "#Width", "#Stability", "#PQS", "Verdict"],
            [
                .. runs.Select(run =>
                    (string[])
                        [
                            run.Claim,
                            Figures.Fixed(run.Aggregates.ProbTrueRpl, 3),
                            Figures.Fixed(run.Aggregates.CiWidth, 3),
                            Figures.Fixed(run.Aggregates.StabilityScore, 3),
                            Figures.Whole(run.Aggregates.Pqs),
                            run.Verdict.Label,
                        ]
                ),
            ]
        );

    private static ForestRow Estimate(RunResult run)
    {
        var (first, second) = (run.Aggregates.Ci95, run.Aggregates.WholeClusterCi95);
        return new ForestRow(run.Claim, null, run.Aggregates.ProbTrueRpl, (first[0], first[1]), (second[0], second[1]));
    }
}
