using Heretix.Research.Evaluation;

namespace Heretix.Cli.Output;

/// <summary>An evaluation for people.</summary>
internal static class EvaluationText
{
    private const int Bar = 30;
    private const int Worst = 5;

    public static void Write(EvaluationReport report, TextWriter output)
    {
        var metrics = report.Metrics;
        if (report.Mock)
            output.WriteLine("MOCK: these answers come from the offline mock and say nothing about any model.");
        output.WriteLine(
            $"{report.Model ?? report.LogicalModel} ({report.Provider ?? "no answer"}), prompts {report.PromptVersion}"
        );
        output.WriteLine(
            $"{metrics.Count} labelled claims of {report.ClaimsFile}"
                + (report.Failures.Count > 0 ? $", {report.Failures.Count} more could not be measured" : "")
        );
        output.WriteLine();
        if (metrics.Count == 0)
            return;
        Row(
            "Brier score",
            Say.Number(metrics.Brier, 4),
            Range(metrics.BrierCi95) + "0 is perfect, 0.25 is a constant 50 %"
        );
        Row("skill", Say.Number(metrics.BrierSkill, 4), "1 is perfect, 0 is always stating the base rate");
        Row("ECE", Say.Number(metrics.Ece, 4), $"0 is calibrated; {report.Bins} bins");
        Row("log loss", Say.Number(metrics.LogLoss, 4), "nats; 0.6931 is a constant 50 %");
        Row(
            "base rate",
            Say.Number(metrics.BaseRate, 4),
            $"mean label; mean prediction {Say.Number(metrics.MeanPredicted, 4)}"
        );
        output.WriteLine();
        Bins(report, output);
        if (metrics.ByCategory is { } categories)
            Categories(categories, output);
        Misses(report, output);

        void Row(string name, string value, string note) => output.WriteLine($"  {name, -12}{value, 8}  {note}");
    }

    private static void Bins(EvaluationReport report, TextWriter output)
    {
        var table = new TextTable("said", "#claims", "#mean said", "#true", "0 %" + new string(' ', Bar - 8) + "100 %");
        foreach (var bin in report.Reliability)
        {
            table.Add(
                Say.Text($"{100 * bin.Lo:0.#} - {100 * bin.Hi:0.#} %"),
                Say.Text($"{bin.Count}"),
                Say.Percent(bin.MeanPredicted),
                Say.Percent(bin.MeanObserved),
                Marks(bin)
            );
        }
        table.Write(output, indent: 2);
        output.WriteLine("  | what was said, o what turned out; one above the other is calibrated");
        output.WriteLine();
    }

    /// <summary>The two means on a line from 0 to 100 %.</summary>
    private static string Marks(ReliabilityRow bin)
    {
        var line = new string('.', Bar).ToCharArray();
        line[Place(bin.MeanPredicted)] = '|';
        line[Place(bin.MeanObserved)] = line[Place(bin.MeanObserved)] == '|' ? '@' : 'o';
        return new string(line);
    }

    private static int Place(double share) => (int)Math.Round(share * (Bar - 1));

    private static void Categories(IReadOnlyDictionary<string, CategoryMetrics> categories, TextWriter output)
    {
        var table = new TextTable("category", "#claims", "#Brier", "#ECE", "#base rate", "#mean said");
        foreach (var (name, figures) in categories)
        {
            table.Add(
                TextTable.Short(name, 40),
                Say.Text($"{figures.Count}"),
                Say.Number(figures.Brier, 4),
                Say.Number(figures.Ece, 4),
                Say.Percent(figures.BaseRate),
                Say.Percent(figures.MeanPredicted)
            );
        }
        table.Write(output, indent: 2);
        output.WriteLine();
    }

    private static void Misses(EvaluationReport report, TextWriter output)
    {
        var table = new TextTable("largest errors", "#label", "#said", "95 % interval");
        foreach (
            var result in report.Results.OrderByDescending(result => Math.Abs(result.Prob - result.Label)).Take(Worst)
        )
        {
            table.Add(
                TextTable.Short(result.Claim, 60),
                Say.Text($"{result.Label:0.##}"),
                Say.Percent(result.Prob),
                Say.Interval(result.Ci95)
            );
        }
        table.Write(output, indent: 2);
    }

    private static string Range(IReadOnlyList<double>? bounds) =>
        bounds is null ? "" : Say.Text($"95 % interval over claims {bounds[0]:0.0000} - {bounds[1]:0.0000}; ");
}
