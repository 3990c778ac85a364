using Heretix.Research.Sweep;

namespace Heretix.Cli.Output;

/// <summary>A sweep for people.</summary>
internal static class SweepText
{
    public static void Write(SweepReport report, TextWriter output)
    {
        if (report.Mock)
            output.WriteLine("MOCK: these answers come from the offline mock and say nothing about any model.");
        output.WriteLine($"{report.ClaimsFile}, medians over the claims that could be measured");
        output.WriteLine();
        var table = new TextTable(
            "model",
            "prompts",
            "#claims",
            "#width",
            "#stability",
            "#PQS",
            "#compliance",
            "#cost"
        );
        var gates = new TextTable("gates passed", "prompts", "#all", "#compliance", "#stability", "#precision", "#of");
        foreach (var cohort in report.Cohorts)
        {
            var figures = cohort.Figures;
            table.Add(
                cohort.LogicalModel,
                cohort.PromptVersion,
                cohort.Failed == 0 ? Say.Text($"{cohort.Claims}") : Say.Text($"{figures.Count} of {cohort.Claims}"),
                Say.Number(figures.MedianCiWidth, 4),
                Say.Number(figures.MedianStability, 3),
                Say.Number(figures.MedianPqs, 1),
                Say.Percent(figures.MeanCompliance),
                Say.Usd(cohort.CostUsd)
            );
            gates.Add(
                cohort.LogicalModel,
                cohort.PromptVersion,
                Say.Text($"{figures.AllGatesOk}"),
                Say.Text($"{figures.ComplianceOk}"),
                Say.Text($"{figures.StabilityOk}"),
                Say.Text($"{figures.PrecisionOk}"),
                Say.Text($"{figures.Count}")
            );
        }
        table.Write(output, indent: 2);
        output.WriteLine();
        gates.Write(output, indent: 2);
    }
}
