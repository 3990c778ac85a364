using Heretix.Research.Compare;

namespace Heretix.Cli.Output;

/// <summary>A comparison for people.</summary>
internal static class ComparisonText
{
    private const int MostUnmatched = 20;

    public static void Write(Comparison comparison, TextWriter output)
    {
        if (comparison.Mock)
            output.WriteLine("MOCK: these answers come from the offline mock and say nothing about any model.");
        output.WriteLine(
            $"A = {comparison.A}, B = {comparison.B}: {Claims(comparison.Claims.Count)} sampled alike since {comparison.Since:yyyy-MM-dd}"
        );
        output.WriteLine();
        Pairs(comparison, output);
        if (comparison.Cohort is { } cohort)
            Cohort(comparison, cohort, output);
        foreach (var prompts in comparison.Prompts)
            Prompts(prompts, output);
        foreach (var setting in comparison.ConfigDifferences)
            output.WriteLine($"  {setting.Key} differs in {Pairs(setting.Pairs)}: {setting.A} and {setting.B}");
        Unmatched(comparison.Unmatched, output);
    }

    public static void Unmatched(IReadOnlyList<UnmatchedClaim> unmatched, TextWriter output)
    {
        if (unmatched.Count == 0)
            return;
        output.WriteLine($"  {Claims(unmatched.Count)} cannot be compared:");
        foreach (var claim in unmatched.Take(MostUnmatched))
            output.WriteLine($"    {TextTable.Short(claim.Claim, 70)}: {claim.Reason}");
        if (unmatched.Count > MostUnmatched)
            output.WriteLine($"    and {unmatched.Count - MostUnmatched} more (--json lists them all)");
    }

    private static void Pairs(Comparison comparison, TextWriter output)
    {
        var table = new TextTable(
            "claim",
            "#A",
            "95 % interval",
            "#B",
            "95 % interval",
            "#B - A",
            "#log-odds",
            "intervals",
            "better"
        );
        foreach (var claim in comparison.Claims)
        {
            table.Add(
                TextTable.Short(claim.Claim, 44),
                Say.Percent(claim.A.ProbTrueRpl),
                Say.Interval(claim.A.Ci95),
                Say.Percent(claim.B.ProbTrueRpl),
                Say.Interval(claim.B.Ci95),
                Say.Signed(claim.Difference, 4),
                Say.Signed(claim.LogOddsDifference, 3),
                claim.IntervalsOverlap ? "overlap" : "apart",
                claim.Winner == Side.Neither ? "tie" : $"{claim.Winner} ({claim.DecidedBy})"
            );
        }
        table.Write(output, indent: 2);
        output.WriteLine();
    }

    private static void Cohort(Comparison comparison, ComparedCohort cohort, TextWriter output)
    {
        var (a, b) = (cohort.A, cohort.B);
        var table = new TextTable("all claims", "#A", "#B");
        table.Add("median width", Say.Number(a.MedianCiWidth, 4), Say.Number(b.MedianCiWidth, 4));
        table.Add("median stability", Say.Number(a.MedianStability, 3), Say.Number(b.MedianStability, 3));
        table.Add("median PQS", Say.Number(a.MedianPqs, 1), Say.Number(b.MedianPqs, 1));
        table.Add("mean compliance", Say.Number(a.MeanCompliance, 3), Say.Number(b.MeanCompliance, 3));
        table.Add("all gates passed", Say.Text($"{a.AllGatesOk}"), Say.Text($"{b.AllGatesOk}"));
        table.Add("claims measured better", Say.Text($"{cohort.WinsA}"), Say.Text($"{cohort.WinsB}"));
        table.Write(output, indent: 2);
        output.WriteLine();
        output.WriteLine(
            cohort.Winner == Side.Neither
                ? "  neither measures better over all claims"
                : $"  {(cohort.Winner == Side.A ? comparison.A : comparison.B)} measures better over all claims, decided by {cohort.DecidedBy}"
        );
        output.WriteLine(
            $"  mean difference {Say.Signed(cohort.MeanDifference, 4)}, mean absolute difference {Say.Number(cohort.MeanAbsoluteDifference, 4)}, "
                + $"intervals overlap in {cohort.Overlapping} of {comparison.Claims.Count}"
        );
        output.WriteLine();
    }

    private static void Prompts(PromptDifference prompts, TextWriter output)
    {
        if (prompts.Jaccard is not { } jaccard)
        {
            output.WriteLine($"  the texts of {prompts.A} or {prompts.B} are not in the store");
            return;
        }
        output.WriteLine(
            $"  paraphrases of {prompts.A} and {prompts.B}: {prompts.Shared} in both, {prompts.OnlyA.Count} only in A, {prompts.OnlyB.Count} only in B; Jaccard {Say.Number(jaccard, 3)}"
                + (prompts.SystemDiffers ? "; the system texts differ" : "")
                + (prompts.UserTemplateDiffers ? "; the texts after the paraphrase differ" : "")
        );
        foreach (var text in prompts.OnlyA)
            output.WriteLine($"    - {TextTable.Short(text, 110)}");
        foreach (var text in prompts.OnlyB)
            output.WriteLine($"    + {TextTable.Short(text, 110)}");
        output.WriteLine();
    }

    private static string Claims(int count) => count == 1 ? "1 claim" : $"{count} claims";

    private static string Pairs(int count) => count == 1 ? "1 pair" : $"{count} pairs";
}
