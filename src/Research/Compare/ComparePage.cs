using Heretix.Research.Report;

namespace Heretix.Research.Compare;

/// <summary>A comparison as a page.</summary>
public static class ComparePage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    /// <param name="comparison">A comparison with at least one pair.</param>
    public static void Write(Comparison comparison, DateTimeOffset writtenAt, TextWriter output) =>
        OverviewPage.Write(
            new OverviewInput
            {
                Kind = comparison.By == ComparedBy.Model ? "Two models compared" : "Two prompt versions compared",
                Title = $"{comparison.A} against {comparison.B}",
                Subtitle =
                    $"Freshest runs that were sampled alike, since {comparison.Since:yyyy-MM-dd}; the difference is {comparison.B} minus {comparison.A}",
                Mock = comparison.Mock,
                WrittenAt = writtenAt,
                Points = comparison.Cohort is { } cohort ? Points(comparison, cohort) : [],
                Sections = [.. Sections(comparison)],
            },
            output
        );

    private static IReadOnlyList<string> Points(Comparison comparison, ComparedCohort cohort) =>
        [
            $"Claims compared: {comparison.Claims.Count}",
            cohort.Winner == Side.Neither
                ? "Neither measures better"
                : $"Measures better: {(cohort.Winner == Side.A ? comparison.A : comparison.B)}, by {cohort.DecidedBy}",
            $"Mean absolute difference: {Figures.Fixed(cohort.MeanAbsoluteDifference, 4)}",
            $"Intervals that overlap: {cohort.Overlapping} of {comparison.Claims.Count}",
        ];

    private static IEnumerable<OverviewSection> Sections(Comparison comparison)
    {
        if (comparison.Cohort is { } cohort)
            yield return Cohort(comparison, cohort);
        yield return new OverviewSection(
            "Every claim",
            "Which side measures better says nothing about which estimate is right.",
            [.. comparison.Claims.SelectMany(claim => Estimates(comparison, claim))],
            ["Claim", "#Difference", "#In log-odds", "Intervals", "Measures better", "Decided by"],
            [.. comparison.Claims.Select(claim => Cells(comparison, claim))]
        );
        foreach (var prompts in comparison.Prompts)
            yield return Prompts(prompts);
        if (comparison.ConfigDifferences.Count > 0)
            yield return new OverviewSection(
                "Settings that differ",
                "Beside what was compared; the values are those of the first pair.",
                [],
                ["Setting", "#Pairs", comparison.A, comparison.B],
                [
                    .. comparison.ConfigDifferences.Select(row =>
                        (string[])[row.Key, Figures.Whole(row.Pairs), row.A, row.B]
                    ),
                ]
            );
        if (comparison.Unmatched.Count > 0)
            yield return new OverviewSection(
                "Claims that cannot be compared",
                null,
                [],
                ["Claim", "Reason"],
                [.. comparison.Unmatched.Select(row => (string[])[row.Claim, row.Reason])]
            );
    }

    private static OverviewSection Cohort(Comparison comparison, ComparedCohort cohort)
    {
        var (a, b) = (cohort.A, cohort.B);
        return new OverviewSection(
            "All claims together",
            null,
            [],
            ["Figure", "#" + comparison.A, "#" + comparison.B],
            [
                [
                    "Median width",
                    Figures.Fixed(a.MedianCiWidth ?? double.NaN, 4),
                    Figures.Fixed(b.MedianCiWidth ?? double.NaN, 4),
                ],
                [
                    "Median stability",
                    Figures.Fixed(a.MedianStability ?? double.NaN, 3),
                    Figures.Fixed(b.MedianStability ?? double.NaN, 3),
                ],
                [
                    "Median quality score",
                    Figures.Fixed(a.MedianPqs ?? double.NaN, 1),
                    Figures.Fixed(b.MedianPqs ?? double.NaN, 1),
                ],
                [
                    "Mean compliance",
                    Figures.Fixed(a.MeanCompliance ?? double.NaN, 3),
                    Figures.Fixed(b.MeanCompliance ?? double.NaN, 3),
                ],
                ["All gates passed", Figures.Whole(a.AllGatesOk), Figures.Whole(b.AllGatesOk)],
                ["Claims measured better", Figures.Whole(cohort.WinsA), Figures.Whole(cohort.WinsB)],
            ]
        );
    }

    private static IEnumerable<ForestRow> Estimates(Comparison comparison, ComparedClaim claim) =>
        [
            new ForestRow(claim.Claim, comparison.A, claim.A.ProbTrueRpl, (claim.A.Ci95[0], claim.A.Ci95[1])),
            new ForestRow(claim.Claim, comparison.B, claim.B.ProbTrueRpl, (claim.B.Ci95[0], claim.B.Ci95[1])),
        ];

    private static IReadOnlyList<string> Cells(Comparison comparison, ComparedClaim claim) =>
        [
            claim.Claim,
            Figures.Fixed(claim.Difference, 4),
            Figures.Fixed(claim.LogOddsDifference, 3),
            claim.IntervalsOverlap ? "overlap" : "apart",
            claim.Winner switch
            {
                Side.A => comparison.A,
                Side.B => comparison.B,
                _ => "neither",
            },
            claim.DecidedBy,
        ];

    private static OverviewSection Prompts(PromptDifference prompts) =>
        new(
            $"Prompts: {prompts.A} against {prompts.B}",
            prompts.Jaccard is { } jaccard
                ? $"Similarity of the sets of paraphrases (Jaccard): {Figures.Fixed(jaccard, 3)}; {prompts.Shared} are in both."
                    + (prompts.SystemDiffers ? " The system texts differ." : "")
                    + (prompts.UserTemplateDiffers ? " The texts after the paraphrase differ." : "")
                : "The texts of one of them are not in the store.",
            [],
            ["Paraphrase", "Only in"],
            [
                .. prompts.OnlyA.Select(text => (string[])[text, prompts.A]),
                .. prompts.OnlyB.Select(text => (string[])[text, prompts.B]),
            ]
        );
}
