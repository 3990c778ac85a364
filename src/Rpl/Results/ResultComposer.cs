using System.Globalization;
using Heretix.Estimation;
using Heretix.Models;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Reading;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Storage;

namespace Heretix.Rpl.Results;

/// <summary>Puts a finished stage into the shape in which it is shown, stored and sent.</summary>
internal sealed class ResultComposer(
    MeasurementRequest request,
    ModelChoice model,
    PromptBank bank,
    IExecution execution
)
{
    public RunResult Compose(
        MeasurementPlan plan,
        IReadOnlyList<Sample> samples,
        Aggregate aggregate,
        IReadOnlyList<StageDecision>? decisions
    )
    {
        var paid = samples.Where(sample => sample.ExecutionId == execution.Id).ToList();
        var warnings = samples
            .SelectMany(sample => sample.Warnings)
            .GroupBy(warning => warning)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count());
        var cacheHitRate = (double)(samples.Count - paid.Count) / samples.Count;
        var aggregates = Aggregates(aggregate, cacheHitRate);
        var reading = Read(plan, samples, aggregate, aggregates);
        var t = plan.Sampler.Templates;
        return new RunResult
        {
            ExecutionId = execution.Id,
            RunId = Identity.RunId(request, model, bank, plan.K, plan.R, t),
            CreatedAt = execution.CreatedAt,
            Claim = request.Claim,
            Model = model.ApiModel,
            LogicalModel = request.Model,
            ResolvedLogicalModel = model.LogicalModel,
            Provider = model.Provider,
            ProviderModelId = samples.Select(sample => sample.ProviderModelId).FirstOrDefault(id => id is not null),
            PromptVersion = bank.Version,
            PromptHash = bank.Hash,
            Mock = request.Mock,
            Seed = request.Seed?.Value.ToString(CultureInfo.InvariantCulture),
            Sampling = new SamplingBlock(
                plan.K,
                plan.R,
                t,
                warnings,
                warnings.Values.Sum(),
                samples.Count,
                samples.Count(sample => sample.Valid)
            ),
            Aggregation = new AggregationBlock(
                aggregate.Estimate.Method,
                request.B,
                "trimmed",
                0.2,
                aggregate.Seed.ToString(CultureInfo.InvariantCulture),
                aggregate.Estimate.Templates,
                aggregate.Estimate.CountsByTemplate.ToDictionary(),
                aggregate.Estimate.ImbalanceRatio,
                aggregate.Estimate.TemplateIqr,
                plan.PromptCharLenMax
            ),
            Aggregates = aggregates,
            CiStatus = new CiStatusBlock("final", request.B, null),
            Prior = new PriorBlock(aggregate.Probability, aggregate.Ci95, aggregate.StabilityScore),
            Verdict = new VerdictBlock(reading.Label, reading.VerdictText),
            SimpleExpl = new ReadingBlock(reading.Headline, reading.BodyParagraphs, reading.Bullets, reading.Summary),
            DecisionLog = decisions,
            TokensIn = paid.Sum(sample => sample.TokensIn),
            TokensOut = paid.Sum(sample => sample.TokensOut),
            CostUsd = model.Price is null ? null : paid.Sum(sample => sample.CostUsd),
            WarningCounts = warnings,
        };
    }

    private static AggregatesBlock Aggregates(Aggregate aggregate, double cacheHitRate) =>
        new(
            aggregate.Probability,
            aggregate.Ci95,
            aggregate.Width,
            aggregate.WholeClusterCi95,
            aggregate.StabilityScore,
            Stability.Band(aggregate.Estimate.TemplateIqr),
            Gates.IsStable(aggregate.Width),
            aggregate.Compliance,
            cacheHitRate,
            QualityScore.V1(aggregate.StabilityScore, aggregate.Width, aggregate.Compliance),
            QualityScore.Version,
            new GatesBlock(
                Gates.ComplianceOk(aggregate.Compliance),
                Gates.StabilityOk(aggregate.StabilityScore),
                Gates.PrecisionOk(aggregate.Width)
            )
        );

    private ResultReading Read(
        MeasurementPlan plan,
        IReadOnlyList<Sample> samples,
        Aggregate aggregate,
        AggregatesBlock block
    ) =>
        ReadingByRule.Compose(
            new ReadingInput(
                request.Claim,
                model.ApiModel,
                aggregate.Probability,
                block.Ci95[0],
                block.Ci95[1],
                block.WholeClusterCi95[0],
                block.WholeClusterCi95[1],
                block.StabilityScore,
                block.StabilityBand,
                aggregate.Estimate.Templates,
                samples.Count(sample => sample.Valid),
                plan.Items.Count,
                aggregate.Compliance,
                aggregate.Estimate.ImbalanceRatio,
                block.CacheHitRate,
                request.Mock,
                new ReadingGates(block.Gates.ComplianceOk, block.Gates.StabilityOk, block.Gates.PrecisionOk)
            )
        );
}
