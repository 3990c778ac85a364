using System.Globalization;
using System.Reflection;
using Heretix.Estimation;
using Heretix.Research.Store;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Reading;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;

namespace Heretix.Research.Report;

/// <summary>Puts a page together from what the store holds, and checks the stored figures on the way.</summary>
public static class ReportAssembly
{
    /// <summary>One completed execution as the page shows it.</summary>
    /// <exception cref="StoreException">The execution is not complete, or its samples are gone.</exception>
    public static ReportRun Run(ResearchStore store, string executionId)
    {
        var result =
            store.Runs.Result(executionId)
            ?? throw new StoreException(
                $"{executionId} has no result to report: `hx runs show {executionId}` says how far it came"
            );
        var samples = store.Runs.Samples(executionId);
        if (samples.Count == 0)
            throw new StoreException($"the samples of {executionId} are no longer in {store.Path}");
        var paraphrases = store.Runs.Paraphrases(result.PromptVersion) ?? [];
        var config = store.Runs.Config(executionId);
        var distribution = Distribution(result, samples, out var reproduced);
        return new ReportRun
        {
            Claim = result.Claim,
            Model = result.LogicalModel,
            Provider = result.Provider,
            Mock = result.Mock,
            PromptVersion = result.PromptVersion,
            PromptHash = result.PromptHash,
            K = result.Sampling.K,
            R = result.Sampling.R,
            T = result.Sampling.T,
            B = result.Aggregation.B,
            Seed = result.Seed,
            BootstrapSeed = result.Aggregation.BootstrapSeed,
            ExecutionId = result.ExecutionId,
            RunId = result.RunId,
            ProviderModelIds = [.. samples.Select(sample => sample.ProviderModelId).OfType<string>().Distinct()],
            CreatedAt = result.CreatedAt,
            Estimate = Estimate(result),
            Samples = [.. samples.Select(sample => Sample(sample, executionId, paraphrases))],
            BootstrapLogOdds = distribution,
            DecisionLog = [.. (result.DecisionLog ?? []).Select(Decision)],
            Reading = Reading(result),
            Versions =
            [
                new("Heretix", Version),
                new("answer schema", result.SchemaVersion),
                new("quality score", result.Aggregates.PqsVersion),
            ],
            Reproduced = reproduced,
            Config = config,
            Command = ReportCommand.Of(result, config),
        };
    }

    private static double[] Distribution(RunResult result, IReadOnlyList<Sample> samples, out bool reproduced)
    {
        var clusters = Aggregate.Cluster(samples);
        var seed = ulong.Parse(result.Aggregation.BootstrapSeed, CultureInfo.InvariantCulture);
        var options = new BootstrapOptions(result.Aggregation.B);
        var distribution = new double[options.Iterations];
        if (clusters.Count == 0)
        {
            reproduced = false;
            return [];
        }
        var again = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(seed), distribution);
        var (low, high) = WholeClusterBootstrap.Interval(clusters, options, new Pcg64(seed));
        double[] figures = [again.LogOdds, again.Low, again.High, low, high];
        reproduced = figures
            .Select(LogOdds.ToProbability)
            .SequenceEqual([
                result.Aggregates.ProbTrueRpl,
                .. result.Aggregates.Ci95,
                .. result.Aggregates.WholeClusterCi95,
            ]);
        return distribution;
    }

    private static ReportEstimate Estimate(RunResult result)
    {
        var aggregates = result.Aggregates;
        return new ReportEstimate
        {
            Probability = aggregates.ProbTrueRpl,
            CiLow = aggregates.Ci95[0],
            CiHigh = aggregates.Ci95[1],
            WholeClusterLow = aggregates.WholeClusterCi95[0],
            WholeClusterHigh = aggregates.WholeClusterCi95[1],
            Method = result.Aggregation.Method,
            StabilityScore = aggregates.StabilityScore,
            StabilityBand = aggregates.StabilityBand,
            TemplateIqrLogit = result.Aggregation.TemplateIqrLogit,
            Imbalance = result.Aggregation.ImbalanceRatio,
            Compliance = aggregates.RplComplianceRate,
            CacheHitRate = aggregates.CacheHitRate,
            Pqs = aggregates.Pqs,
            Gates = new ReadingGates(
                aggregates.Gates.ComplianceOk,
                aggregates.Gates.StabilityOk,
                aggregates.Gates.PrecisionOk
            ),
            TokensIn = result.TokensIn,
            TokensOut = result.TokensOut,
            CostUsd = (double?)result.CostUsd,
        };
    }

    private static ReportSample Sample(Sample sample, string executionId, IReadOnlyList<string> paraphrases) =>
        new(
            sample.ParaphraseIndex,
            sample.ParaphraseIndex < paraphrases.Count ? paraphrases[sample.ParaphraseIndex] : PromptBank.Placeholder,
            sample.ReplicateIndex,
            sample.ProbTrue,
            sample.Valid,
            sample.LatencyMs,
            (int)sample.TokensIn,
            (int)sample.TokensOut,
            sample.Warnings,
            sample.ExecutionId != executionId
        );

    private static ResultReading Reading(RunResult result) =>
        new(
            result.Verdict.Label,
            result.Verdict.Text,
            result.SimpleExpl.Title,
            result.SimpleExpl.BodyParagraphs,
            result.SimpleExpl.Bullets,
            result.SimpleExpl.Summary
        );

    private static string Decision(StageDecision decision) =>
        $"Stage {decision.Stage} (K={decision.K}, R={decision.R}): "
        + (decision.FailedGates.Count == 0 ? "all gates pass" : string.Join("; ", decision.FailedGates))
        + $"; {decision.Action.Replace('_', ' ')}";

    private static string Version =>
        typeof(ReportAssembly)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "unknown";
}
