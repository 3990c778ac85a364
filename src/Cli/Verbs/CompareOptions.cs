using System.CommandLine;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary>Options of <c>hx compare</c>.</summary>
internal sealed class CompareOptions
{
    public MeasurementOptions Measurement { get; } = new();

    public Option<string?> Claim { get; } =
        new("--claim") { Description = "Compare this claim alone", HelpName = "TEXT" };

    public Option<FileInfo?> ClaimsFile { get; } =
        new("--claims-file", "-f") { Description = "Compare the claims of this file alone", HelpName = "FILE" };

    public Option<int> SinceDays { get; } =
        new("--since-days")
        {
            Description = "How far to look back",
            HelpName = "N",
            DefaultValueFactory = _ => 30,
        };

    public Option<bool> Run { get; } = new("--run") { Description = "Measure first what is not in the store" };

    public Option<FileInfo?> Out { get; } =
        new("--out", "-o") { Description = "Write the JSON to a file too", HelpName = "FILE" };

    public Option<FileInfo?> Html { get; } = new("--html") { Description = "Write a page", HelpName = "FILE" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON" };

    public void AddTo(Command verb)
    {
        foreach (var option in (Option[])[Claim, ClaimsFile, SinceDays, Run, Out, Html, Json])
            verb.Options.Add(option);
        Measurement.AddTo(verb);
    }
}
