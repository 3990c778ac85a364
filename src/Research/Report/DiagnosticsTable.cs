using Heretix.Estimation;

namespace Heretix.Research.Report;

/// <summary>What the run was like: quality, gates, expense.</summary>
internal static class DiagnosticsTable
{
    internal static void Write(MarkupWriter html, ReportRun run)
    {
        using (HtmlPage.Figure(html, "Diagnostics"))
        {
            using var block = html.Open("div", ("class", "diagnostics"));
            HtmlTable.Write(html, "Quality and expense of the run", ["Measure", "Value", "Scale or gate"], Rows(run));
        }
    }

    private static IEnumerable<string[]> Rows(ReportRun run)
    {
        var estimate = run.Estimate;
        var gates = estimate.Gates;
        var valid = run.Samples.Count(sample => sample.Valid);
        yield return ["Probability", Figures.Fixed(estimate.Probability, 4), ""];
        yield return
        [
            "95% interval",
            $"{Interval(estimate.CiLow, estimate.CiHigh)}, width {Figures.Fixed(estimate.CiHigh - estimate.CiLow, 3)}",
            Gate(gates.Precision, "precision, width at most 0.30"),
        ];
        yield return
        [
            "Whole-cluster interval",
            $"{Interval(estimate.WholeClusterLow, estimate.WholeClusterHigh)}, width {Figures.Fixed(estimate.WholeClusterHigh - estimate.WholeClusterLow, 3)}",
            "",
        ];
        yield return
        [
            "Stability",
            $"{Figures.Fixed(estimate.StabilityScore, 3)}, {estimate.StabilityBand}",
            Gate(gates.Stability, "score at least 0.25"),
        ];
        yield return
        [
            "Spread of template means",
            $"{Figures.Fixed(estimate.TemplateIqrLogit, 3)} log-odds (IQR)",
            "high stability up to 0.05, medium up to 0.30",
        ];
        yield return ["Imbalance", Figures.Fixed(estimate.Imbalance, 2), "1 when every template has as many answers"];
        yield return
        [
            "Compliance",
            $"{Figures.Share(estimate.Compliance)} ({valid} of {run.Samples.Count})",
            Gate(gates.Compliance, "at least 98%"),
        ];
        yield return
        [
            "Quality score (PQS)",
            Figures.Whole(estimate.Pqs),
            "0 to 100: stability 40, width 40, compliance 20",
        ];
        yield return
        [
            "Sampling",
            $"K = {run.K}, R = {run.R}, T = {run.T}, B = {Figures.Thousands(run.B)}",
            "prompts, replicates, templates, bootstrap",
        ];
        yield return
        [
            "Cache hits",
            $"{Figures.Share(estimate.CacheHitRate)} ({run.Samples.Count(sample => sample.FromCache)} of {run.Samples.Count})",
            "",
        ];
        yield return
        [
            "Tokens",
            $"{Figures.Thousands(estimate.TokensIn)} in, {Figures.Thousands(estimate.TokensOut)} out",
            "",
        ];
        yield return
        [
            "Cost",
            estimate.CostUsd is { } cost ? Figures.Dollars(cost) : "not known",
            "cached answers cost nothing",
        ];
        yield return Latency(run);
        yield return ["Warnings", Warnings(run), ""];
    }

    private static string[] Latency(ReportRun run)
    {
        double[] fresh =
        [
            .. run
                .Samples.Where(sample => !sample.FromCache && double.IsFinite(sample.LatencyMs))
                .Select(sample => sample.LatencyMs)
                .Order(),
        ];
        return fresh.Length == 0
            ? ["Latency", "no answer was asked anew", ""]
            :
            [
                "Latency",
                $"median {Figures.Milliseconds(Percentile.Of(fresh, 0.5))}, 95th percentile {Figures.Milliseconds(Percentile.Of(fresh, 0.95))}",
                $"over {fresh.Length} answers asked anew",
            ];
    }

    private static string Warnings(ReportRun run)
    {
        var counts = run
            .Samples.SelectMany(sample => sample.Warnings)
            .CountBy(warning => warning)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} × {pair.Value}")
            .ToArray();
        return counts.Length == 0 ? "none" : string.Join(", ", counts);
    }

    private static string Gate(bool passed, string rule) => passed ? $"✓ passed: {rule}" : $"✗ failed: {rule}";

    private static string Interval(double low, double high) => $"{Figures.Fixed(low, 4)} to {Figures.Fixed(high, 4)}";
}
