using Heretix.Research.Monitor;

namespace Heretix.Cli.Output;

/// <summary>A round of a monitor for people.</summary>
internal static class MonitorText
{
    public static void Write(MonitorReport report, TextWriter output)
    {
        if (report.Mock)
            output.WriteLine("MOCK: these answers come from the offline mock and say nothing about any model.");
        Rows(report, output);
        var summary = report.Summary;
        Line("measured", Say.Text($"{summary.Count}, {summary.WithBaseline} with a baseline"));
        Line(
            "means",
            $"probability {Say.Percent(summary.MeanP)}, width {Say.Number(summary.MeanCiWidth, 4)}, stability {Say.Number(summary.MeanStability, 3)}"
        );
        Line(
            "beliefs",
            Say.Text($"{summary.High} at 90 % or more, {summary.Low} at 10 % or less, {summary.Middle} from 40 to 60 %")
        );
        Line(
            "drift",
            Say.Text(
                $"{summary.Drifted} drifted: probability {summary.DriftP}, stability {summary.DriftStability}, interval {summary.DriftCi}"
            )
        );
        Line(
            "thresholds",
            Say.Text(
                $"probability {report.Thresholds.P}, fall of stability {report.Thresholds.Stability}, growth of the interval {report.Thresholds.Ci}"
            )
        );
        foreach (var wide in summary.Widest)
            Line("widest", $"{Say.Number(wide.CiWidth, 4)}  {TextTable.Short(wide.Claim, 70)}");
        foreach (var note in report.Notes)
            Line("note", note);

        void Line(string name, string value) => output.WriteLine($"  {name, -12}{value}");
    }

    private static void Rows(MonitorReport report, TextWriter output)
    {
        if (report.Rows.Count == 0)
            return;
        var table = new TextTable(
            "claim",
            "model",
            "prompts",
            "#now",
            "#change",
            "#stability",
            "#change",
            "#width",
            "#change",
            "drift"
        );
        foreach (var row in report.Rows)
        {
            table.Add(
                TextTable.Short(row.Claim, 44),
                row.Model,
                row.PromptVersion,
                Say.Percent(row.P),
                Change(row.DeltaP),
                Say.Number(row.Stability, 3),
                Change(row.DeltaStability),
                Say.Number(row.CiWidth, 4),
                Change(row.DeltaCi),
                row.HasDrifted ? row.DriftedQuantities
                    : row.HasBaseline ? "no"
                    : "no baseline"
            );
        }
        table.Write(output, indent: 2);
        output.WriteLine();
    }

    private static string Change(double? change) => change is { } value ? Say.Signed(value, 4) : "-";
}
