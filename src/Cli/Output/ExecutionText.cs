using System.Globalization;
using System.Text;
using Heretix.Research.Store;
using Heretix.Rpl.Storage;

namespace Heretix.Cli.Output;

/// <summary>Executions and samples for people.</summary>
internal static class ExecutionText
{
    private const int ClaimWidth = 44;

    /// <summary>A table, newest first.</summary>
    public static void WriteList(IReadOnlyList<ExecutionLine> lines, TextWriter output)
    {
        var table = new TextTable(
            "execution",
            "begun (UTC)",
            "status",
            "claim",
            "model",
            "prompts",
            "K x R",
            "#estimate",
            "95 % interval",
            "#PQS"
        );
        foreach (var line in lines)
            table.Add(
                line.ExecutionId,
                Moment(line.CreatedAt),
                line.Status,
                TextTable.Short(Printable(line.Claim), ClaimWidth),
                Model(line),
                line.PromptVersion,
                Say.Text($"{line.K} x {line.R}"),
                Say.Percent(line.ProbTrueRpl),
                line.CiLo is { } low && line.CiHi is { } high ? Say.Interval([low, high]) : "-",
                line.Pqs is { } pqs ? Say.Text($"{pqs}") : "-"
            );
        table.Write(output);
    }

    /// <summary>An execution without a result: how far it came.</summary>
    public static void WriteUnfinished(ExecutionLine line, IReadOnlyList<Sample> samples, TextWriter output)
    {
        output.WriteLine(Printable(line.Claim));
        Row("status", line.Status + (line.StatusReason is { } reason ? ": " + reason : ""));
        Row("begun", Moment(line.CreatedAt) + " UTC");
        Row("model", $"{Model(line)}, prompts {line.PromptVersion}, " + Say.Text($"K={line.K} R={line.R} B={line.B}"));
        if (line.ProbTrueRpl is { } estimate)
            Row(
                "estimate",
                Say.Percent(estimate)
                    + (
                        line.CiLo is { } low && line.CiHi is { } high
                            ? $", 95 % interval {Say.Interval([low, high])}"
                            : ""
                    )
            );
        Row(
            "samples",
            Say.Text(
                $"{samples.Count} paid for so far, {samples.Count(sample => sample.Valid)} valid, {Say.Usd(samples.Sum(sample => sample.CostUsd))}"
            )
        );
        Row("id", line.ExecutionId);
        output.WriteLine();

        void Row(string name, string value) => output.WriteLine($"  {name, -14}{value}");
    }

    /// <summary>Samples with the replies as they came.</summary>
    public static void WriteSamples(string executionId, IReadOnlyList<Sample> samples, TextWriter output)
    {
        output.WriteLine($"  samples of {executionId}");
        foreach (var sample in samples)
        {
            var kind =
                sample.Valid ? "valid"
                : sample.Refused ? "refused"
                : "invalid";
            output.WriteLine(
                Say.Text(
                    $"  [template {sample.ParaphraseIndex}, replicate {sample.ReplicateIndex}] {Say.Percent(sample.ProbTrue)}, {kind}"
                )
                    + (sample.ExecutionId == executionId ? "" : $", from {sample.ExecutionId}")
                    + (sample.Attempts > 1 ? Say.Text($", {sample.Attempts} attempts") : "")
                    + Say.Text($", {sample.TokensIn} + {sample.TokensOut} tokens, {sample.LatencyMs:0} ms")
                    + (sample.Warnings.Count > 0 ? ", " + string.Join(", ", sample.Warnings) : "")
            );
            foreach (var line in Printable(sample.RawText).Split('\n'))
                output.WriteLine(("      " + line).TrimEnd());
        }
        output.WriteLine();
    }

    /// <summary>One line that says which execution is meant.</summary>
    public static string Describe(ExecutionLine line) =>
        $"{line.ExecutionId} ({Moment(line.CreatedAt)}, {line.Status}, {Model(line)}): {TextTable.Short(Printable(line.Claim), ClaimWidth)}";

    private static string Model(ExecutionLine line) => line.Mock ? line.Model + " (mock)" : line.Model;

    private static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What a model wrote must not steer the terminal: control characters are shown as a mark.</summary>
    private static string Printable(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings("\n"))
            safe.Append(char.IsControl(character) && character is not ('\n' or '\t') ? '\uFFFD' : character);
        return safe.ToString();
    }
}
