using Heretix.Research.Report;

namespace Heretix.Research.Monitor;

/// <summary>A round of a monitor as a page: what has drifted first, then every claim.</summary>
public static class MonitorPage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    public static void Write(MonitorReport report, DateTimeOffset writtenAt, TextWriter output)
    {
        var summary = report.Summary;
        OverviewPage.Write(
            new OverviewInput
            {
                Kind = "Monitor",
                Title =
                    summary.Drifted == 0 ? "No drift" : $"Drift in {summary.Drifted} of {summary.Count} measurements",
                Subtitle = $"Against {Path.GetFileName(report.Baseline)}",
                Mock = report.Mock,
                WrittenAt = writtenAt,
                Points =
                [
                    $"With a baseline: {summary.WithBaseline} of {summary.Count}",
                    $"Drift of probability {summary.DriftP}, of stability {summary.DriftStability}, of the interval {summary.DriftCi}",
                    .. report.Notes,
                ],
                Sections = [.. Sections(report)],
            },
            output
        );
    }

    private static IEnumerable<OverviewSection> Sections(MonitorReport report)
    {
        MonitorRow[] drifted = [.. report.Rows.Where(row => row.HasDrifted)];
        if (drifted.Length > 0)
            yield return Table("What has drifted", "The claim as it is now and as it was.", drifted, Before);
        yield return Table("Every claim", null, report.Rows, _ => []);
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

    private static OverviewSection Table(
        string heading,
        string? lead,
        IReadOnlyList<MonitorRow> rows,
        Func<MonitorRow, IEnumerable<ForestRow>> before
    ) =>
        new(
            heading,
            lead,
            [.. rows.SelectMany(row => (ForestRow[])[Now(row), .. before(row)])],
            ["Claim", "Model", "#Probability", "#Change", "#Stability", "#Change", "#Width", "#Change", "Drift"],
            [.. rows.Select(Cells)]
        );

    private static ForestRow Now(MonitorRow row) =>
        new(row.Claim, row.HasDrifted ? $"now, {row.Model}" : row.Model, row.P, (row.Ci95[0], row.Ci95[1]));

    private static IEnumerable<ForestRow> Before(MonitorRow row) =>
        row.DeltaP is { } change ? [new ForestRow(row.Claim, "baseline", row.P - change, null)] : [];

    private static IReadOnlyList<string> Cells(MonitorRow row) =>
        [
            row.Claim,
            row.Model,
            Figures.Fixed(row.P, 3),
            Figures.Fixed(row.DeltaP ?? double.NaN, 3),
            Figures.Fixed(row.Stability, 3),
            Figures.Fixed(row.DeltaStability ?? double.NaN, 3),
            Figures.Fixed(row.CiWidth, 3),
            Figures.Fixed(row.DeltaCi ?? double.NaN, 3),
            row.DriftedQuantities,
        ];
}
