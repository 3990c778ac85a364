using System.CommandLine;
using Heretix.Cli.Settings;
using Heretix.Research.Monitor;

namespace Heretix.Cli.Verbs;

/// <summary>Options of <c>hx monitor</c>.</summary>
internal sealed class MonitorOptions
{
    public MeasurementOptions Measurement { get; } = new();

    public Option<FileInfo> Baseline { get; } =
        new("--baseline")
        {
            Description = "Rows to compare with (JSONL)",
            HelpName = "FILE",
            Required = true,
        };

    public Option<FileInfo> ClaimsFile { get; } =
        new("--claims-file", "-f")
        {
            Description = "Claims: text, JSONL, or CSV with a column 'claim'",
            HelpName = "FILE",
            Required = true,
        };

    public Option<bool> WriteBaseline { get; } =
        new("--write-baseline") { Description = "Make the baseline instead of comparing with it" };

    public Option<bool> Force { get; } = new("--force") { Description = "Replace a baseline that is there" };

    public Option<bool> UseCache { get; } =
        new("--use-cache") { Description = "Take samples from the store, where drift cannot show" };

    public Option<double> P { get; } = Threshold("--drift-p", "Largest change of the probability", 0.10);

    public Option<double> Stability { get; } =
        Threshold("--drift-stability", "Largest fall of the stability score", 0.20);

    public Option<double> Ci { get; } = Threshold("--drift-ci", "Largest growth of the interval's width", 0.10);

    public Option<bool> FailOnDrift { get; } =
        new("--fail-on-drift") { Description = "Exit with code 6 when anything has drifted" };

    public Option<FileInfo?> Out { get; } =
        new("--out", "-o") { Description = "Append the rows to a file (JSONL)", HelpName = "FILE" };

    public Option<FileInfo?> Html { get; } = new("--html") { Description = "Write a page", HelpName = "FILE" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON" };

    public void AddTo(Command verb)
    {
        foreach (
            var option in (Option[])
                [Baseline, ClaimsFile, WriteBaseline, Force, UseCache, P, Stability, Ci, FailOnDrift, Out, Html, Json]
        )
            verb.Options.Add(option);
        Measurement.AddTo(verb);
    }

    /// <exception cref="UserErrorException">A threshold is negative.</exception>
    public DriftThresholds Thresholds(ParseResult parsed) =>
        new()
        {
            P = NotNegative(P, parsed),
            Stability = NotNegative(Stability, parsed),
            Ci = NotNegative(Ci, parsed),
        };

    private static double NotNegative(Option<double> option, ParseResult parsed) =>
        parsed.GetValue(option) is >= 0 and var value
            ? value
            : throw new UserErrorException(
                FormattableString.Invariant($"{option.Name} cannot be negative (got {parsed.GetValue(option)})"),
                ExitCode.Usage
            );

    private static Option<double> Threshold(string name, string description, double standard) =>
        new(name)
        {
            Description = description,
            HelpName = "X",
            DefaultValueFactory = _ => standard,
        };
}
