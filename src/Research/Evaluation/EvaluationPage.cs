using Heretix.Research.Report;

namespace Heretix.Research.Evaluation;

/// <summary>An evaluation as a page with its reliability diagram.</summary>
public static class EvaluationPage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    public static void Write(EvaluationReport report, DateTimeOffset writtenAt, TextWriter output)
    {
        var model = report.Model ?? report.LogicalModel;
        ReliabilityPage.Write(
            new ReliabilityInput
            {
                Title = $"How far to trust {model}",
                Subtitle =
                    $"{model} ({report.Provider ?? "no answer"}), prompts {report.PromptVersion}, {Path.GetFileName(report.ClaimsFile)}",
                Mock = report.Mock,
                WrittenAt = writtenAt,
                Count = report.Metrics.Count,
                Brier = report.Metrics.Brier,
                Ece = report.Metrics.Ece,
                Bins =
                [
                    .. report.Reliability.Select(bin => new ReliabilityBin(
                        bin.Lo,
                        bin.Hi,
                        bin.Count,
                        bin.MeanPredicted,
                        bin.MeanObserved
                    )),
                ],
                Claims =
                [
                    .. report.Results.Select(result => new EvaluatedClaim(
                        result.Claim,
                        result.Label,
                        result.Prob,
                        result.Ci95[0],
                        result.Ci95[1]
                    )),
                ],
            },
            output
        );
    }
}
