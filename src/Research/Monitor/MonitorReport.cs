using Heretix.Rpl.Results;

namespace Heretix.Research.Monitor;

/// <summary>One of the widest intervals of a round.</summary>
public sealed record WideInterval(string Claim, string Model, string PromptVersion, double CiWidth);

/// <summary>A round of a monitor in a few figures; means are null for an empty one.</summary>
/// <param name="Count">Measurements.</param>
/// <param name="WithBaseline">Measurements that had a baseline.</param>
/// <param name="MeanP">Mean probability.</param>
/// <param name="MeanCiWidth">Mean width of the 95 % interval.</param>
/// <param name="MeanStability">Mean stability score.</param>
/// <param name="High">Measurements with a probability of at least 0.9.</param>
/// <param name="Low">Measurements with a probability of at most 0.1.</param>
/// <param name="Middle">Measurements with a probability from 0.4 to 0.6.</param>
/// <param name="DriftP">Measurements whose probability has drifted.</param>
/// <param name="DriftStability">Measurements whose stability has drifted.</param>
/// <param name="DriftCi">Measurements whose interval has drifted.</param>
/// <param name="Drifted">Measurements of which anything has drifted.</param>
/// <param name="Widest">The three widest intervals, widest first.</param>
public sealed record MonitorSummary(
    int Count,
    int WithBaseline,
    double? MeanP,
    double? MeanCiWidth,
    double? MeanStability,
    int High,
    int Low,
    int Middle,
    int DriftP,
    int DriftStability,
    int DriftCi,
    int Drifted,
    IReadOnlyList<WideInterval> Widest
)
{
    private const int Most = 3;

    /// <summary>Sums up rows.</summary>
    public static MonitorSummary Of(IReadOnlyCollection<MonitorRow> rows) =>
        new(
            rows.Count,
            rows.Count(row => row.HasBaseline),
            rows.Count == 0 ? null : rows.Average(row => row.P),
            rows.Count == 0 ? null : rows.Average(row => row.CiWidth),
            rows.Count == 0 ? null : rows.Average(row => row.Stability),
            rows.Count(row => row.P >= 0.9),
            rows.Count(row => row.P <= 0.1),
            rows.Count(row => row.P is >= 0.4 and <= 0.6),
            rows.Count(row => row.DriftP),
            rows.Count(row => row.DriftStability),
            rows.Count(row => row.DriftCi),
            rows.Count(row => row.HasDrifted),
            [
                .. rows.OrderByDescending(row => row.CiWidth)
                    .Take(Most)
                    .Select(row => new WideInterval(row.Claim, row.Model, row.PromptVersion, row.CiWidth)),
            ]
        );
}

/// <summary>A claim that could not be measured this time.</summary>
public sealed record MonitorFailure(string Claim, string Model, string PromptVersion, string Error);

/// <summary>A round of a monitor.</summary>
/// <param name="Baseline">The file of the baseline.</param>
/// <param name="Mock">The mock answered.</param>
/// <param name="Thresholds">What counts as drift.</param>
/// <param name="Rows">Measurements in the order of the claims.</param>
/// <param name="Notes">What does not compare like with like, in sentences: missing baselines and other sampling.</param>
/// <param name="Failures">Claims without a measurement.</param>
/// <param name="Summary">The round in a few figures.</param>
public sealed record MonitorReport(
    string Baseline,
    bool Mock,
    DriftThresholds Thresholds,
    IReadOnlyList<MonitorRow> Rows,
    IReadOnlyList<string> Notes,
    IReadOnlyList<MonitorFailure> Failures,
    MonitorSummary Summary
)
{
    /// <summary>Sets results beside a baseline.</summary>
    /// <param name="path">The file of the baseline.</param>
    /// <param name="baseline">Null for the round that makes one.</param>
    public static MonitorReport Of(
        string path,
        Baseline? baseline,
        DriftThresholds thresholds,
        IReadOnlyList<RunResult> runs,
        IReadOnlyList<MonitorFailure> failures
    )
    {
        var rows = new List<MonitorRow>(runs.Count);
        var gaps = new List<string>();
        foreach (var run in runs)
        {
            BaselineGap? gap = null;
            var before = baseline?.For(run, out gap);
            rows.Add(MonitorRow.Of(run, before, thresholds));
            if (gap is not null)
                gaps.Add($"no baseline, which counts as no drift; the file has {gap.Reason}");
            else if (before is not null && OtherSampling(run, before) is { } other)
                gaps.Add(other);
        }
        string[] notes =
        [
            .. gaps.GroupBy(gap => gap)
                .Select(group => $"{(group.Count() == 1 ? "1 claim" : $"{group.Count()} claims")}: {group.Key}"),
        ];
        return new MonitorReport(
            path,
            runs.Any(run => run.Mock),
            thresholds,
            rows,
            notes,
            failures,
            MonitorSummary.Of(rows)
        );
    }

    /// <summary>More samples make a narrower interval, which is no news about the model.</summary>
    private static string? OtherSampling(RunResult run, BaselineRow before) =>
        (before.K ?? run.Sampling.K, before.R ?? run.Sampling.R) == (run.Sampling.K, run.Sampling.R)
            ? null
            : $"the baseline was sampled with K={before.K} R={before.R}, this with K={run.Sampling.K} R={run.Sampling.R}, "
                + "so width and stability are not alike";
}
