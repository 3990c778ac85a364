using Heretix.Rpl.Results;

namespace Heretix.Cli.Output;

/// <summary>Results for people: one block each, and side by side when there are several.</summary>
internal static class RunText
{
    public static void Write(IReadOnlyList<RunResult> runs, TextWriter output)
    {
        foreach (var run in runs)
            WriteOne(run, output);
        if (runs.Count > 1)
            WriteTable(runs, output);
    }

    private static void WriteOne(RunResult run, TextWriter output)
    {
        var aggregates = run.Aggregates;
        if (run.Mock)
            output.WriteLine("MOCK: these answers come from the offline mock and say nothing about any model.");
        output.WriteLine(run.Claim);
        output.WriteLine($"  {run.SimpleExpl.Title}");
        output.WriteLine();
        Row("estimate", Percent(aggregates.ProbTrueRpl));
        Row("95 % interval", Interval(aggregates.Ci95) + "  (frozen: templates, then replicates)");
        Row(
            "95 % interval",
            Interval(aggregates.WholeClusterCi95) + "  (whole clusters: templates with their replicates)"
        );
        Row("stability", Text($"{aggregates.StabilityScore:0.00} ({aggregates.StabilityBand})"));
        Row(
            "samples",
            Text(
                $"{run.Sampling.SamplesValid} valid of {run.Sampling.SamplesAttempted}: K={run.Sampling.K} R={run.Sampling.R}, {run.Aggregation.NTemplates} templates"
            ) + (aggregates.CacheHitRate > 0 ? Text($", {aggregates.CacheHitRate:P0} from the cache") : "")
        );
        Row(
            "quality",
            Text(
                $"PQS {aggregates.Pqs}, gates: compliance {Ok(aggregates.Gates.ComplianceOk)}, stability {Ok(aggregates.Gates.StabilityOk)}, precision {Ok(aggregates.Gates.PrecisionOk)}"
            )
        );
        Row("model", $"{run.ProviderModelId ?? run.Model} ({run.Provider}), prompts {run.PromptVersion}");
        Row(
            "paid",
            Text($"{run.TokensIn} tokens in, {run.TokensOut} out")
                + (run.CostUsd is { } cost ? Text($", {cost:0.000000} USD") : ", no price known")
                + (run.Mock ? " (simulated)" : "")
        );
        if (run.Sampling.WarningTotal > 0)
            Row("warnings", string.Join(", ", run.WarningCounts.Select(count => $"{count.Key} {count.Value}")));
        foreach (var decision in run.DecisionLog ?? [])
            Row(
                $"stage {decision.Stage}",
                $"K={decision.K} R={decision.R}: "
                    + (decision.FailedGates.Count == 0 ? "all gates pass" : string.Join("; ", decision.FailedGates))
                    + $" -> {decision.Action}"
            );
        Row("ids", $"{run.ExecutionId}, {run.RunId}");
        output.WriteLine();
        foreach (var paragraph in run.SimpleExpl.BodyParagraphs)
            output.WriteLine($"  {paragraph}");
        foreach (var bullet in run.SimpleExpl.Bullets)
            output.WriteLine($"  - {bullet}");
        output.WriteLine();

        void Row(string name, string value) => output.WriteLine($"  {name, -14}{value}");
    }

    private static void WriteTable(IReadOnlyList<RunResult> runs, TextWriter output)
    {
        output.WriteLine(
            Text(
                $"{"model", -28}{"prompts", -24}{"estimate", 9}  {"95 % interval", -18}{"whole clusters", -18}{"stability", 9}{"PQS", 5}"
            )
        );
        foreach (var run in runs)
        {
            var a = run.Aggregates;
            output.WriteLine(
                Text(
                    $"{run.LogicalModel, -28}{run.PromptVersion, -24}{Percent(a.ProbTrueRpl), 9}  {Interval(a.Ci95), -18}{Interval(a.WholeClusterCi95), -18}{a.StabilityScore, 9:0.00}{a.Pqs, 5}"
                )
            );
        }
    }

    private static string Ok(bool passed) => passed ? "ok" : "failed";

    private static string Percent(double p) => Text($"{100 * p:0.0} %");

    private static string Interval(IReadOnlyList<double> bounds) =>
        Text($"{100 * bounds[0]:0.0} - {100 * bounds[1]:0.0} %");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
