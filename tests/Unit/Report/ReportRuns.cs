using System.Globalization;
using Heretix.Research.Report;
using Heretix.Rpl.Reading;

namespace Heretix.Tests.Unit.Report;

/// <summary>Runs to report on, with figures that are easy to recognise in a page.</summary>
internal static class ReportRuns
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    internal static ReportInput Page(params ReportRun[] runs) =>
        new()
        {
            Title = "Two claims",
            WrittenAt = Noon,
            Runs = runs,
        };

    internal static ReportRun Run(string claim = "Snow is white", string model = "model-a", bool mock = false) =>
        new()
        {
            Claim = claim,
            Model = model,
            Provider = "openai",
            Mock = mock,
            PromptVersion = "rpl_x_1",
            PromptHash = "0123abcd",
            K = 4,
            R = 2,
            T = 4,
            B = 5000,
            Seed = "18446744073709551615",
            BootstrapSeed = "9223372036854775809",
            ExecutionId = "exec-1",
            RunId = "heretix-rpl-1",
            ProviderModelIds = [$"{model}-2026"],
            CreatedAt = Noon,
            Estimate = Estimate(),
            Samples = Samples(),
            BootstrapLogOdds = [.. Enumerable.Range(0, 400).Select(i => -0.5 + (i / 200d))],
            Reading = Reading(claim, model, mock),
            Versions = [new("Heretix", "0.1.0")],
            Config = [new("claim", claim), new("K", "4")],
            Command = $"hx run --claim '{claim}' --model {model}",
        };

    internal static ReportEstimate Estimate() =>
        new()
        {
            Probability = 0.72,
            CiLow = 0.64,
            CiHigh = 0.79,
            WholeClusterLow = 0.65,
            WholeClusterHigh = 0.78,
            Method = "equal_by_template_cluster_bootstrap_trimmed",
            StabilityScore = 0.81,
            StabilityBand = "medium",
            TemplateIqrLogit = 0.12,
            Imbalance = 1,
            Compliance = 0.875,
            CacheHitRate = 0.25,
            Pqs = 83,
            Gates = new ReadingGates(false, true, true),
            TokensIn = 12345,
            TokensOut = 678,
            CostUsd = 0.0123,
        };

    /// <summary>Four templates in the rotated order 2, 3, 0, 1 with two replicates each; the last one is not valid.</summary>
    internal static ReportSample[] Samples() =>
        [
            .. new[] { 2, 3, 0, 1 }.SelectMany(
                (template, i) =>
                    Enumerable
                        .Range(0, 2)
                        .Select(replicate => new ReportSample(
                            template,
                            $"Wording {template.ToString(CultureInfo.InvariantCulture)}: is {{CLAIM}} true?",
                            replicate,
                            template == 1 && replicate == 1 ? null : 0.5 + (0.1 * i) + (0.05 * replicate),
                            Valid: template != 1 || replicate != 1,
                            LatencyMs: 100 * (i + 1),
                            TokensIn: 10,
                            TokensOut: 5,
                            Warnings: template == 1 && replicate == 1 ? ["schema_validation_failed"] : [],
                            FromCache: template == 2
                        ))
            ),
        ];

    internal static ResultReading Reading(string claim, string model, bool mock) =>
        ReadingByRule.Compose(
            new ReadingInput(
                claim,
                model,
                0.72,
                0.64,
                0.79,
                0.65,
                0.78,
                0.81,
                "medium",
                4,
                7,
                8,
                0.875,
                1,
                0.25,
                mock,
                new ReadingGates(false, true, true)
            )
        );
}
