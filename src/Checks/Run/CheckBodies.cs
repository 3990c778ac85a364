using Heretix.Rpl.Results;

namespace Heretix.Checks.Run;

/// <summary>Puts stored checks into the shape in which they are sent.</summary>
internal static class CheckBodies
{
    /// <summary>A finished check, without usage.</summary>
    public static CheckBody Of(Check row, RunResult result)
    {
        var figures = result.Aggregates;
        var (p, low, high) = (figures.ProbTrueRpl, figures.Ci95[0], figures.Ci95[1]);
        return new CheckBody
        {
            CheckId = row.Id,
            ExecutionId = row.ExecutionId,
            RunId = row.RunId,
            RequestId = row.RequestId,
            Claim = row.Claim,
            Model = result.Model,
            LogicalModel = row.LogicalModel,
            ResolvedLogicalModel = result.ResolvedLogicalModel,
            Provider = result.Provider,
            ProviderModelId = result.ProviderModelId,
            PromptVersion = result.PromptVersion,
            SchemaVersion = result.SchemaVersion,
            Sampling = result.Sampling,
            Aggregation = result.Aggregation,
            Aggregates = figures,
            Mock = row.Mock,
            Notice = row.Notice,
            VerdictLabel = result.Verdict.Label,
            VerdictText = result.Verdict.Text,
            ExplanationHeadline = result.SimpleExpl.Title,
            ExplanationText = string.Join("\n\n", result.SimpleExpl.BodyParagraphs),
            ExplanationReasons = result.SimpleExpl.Bullets,
            Mode = row.Mode,
            Prior = new PriorPart(p, low, high, figures.CiWidth, figures.StabilityScore, figures.RplComplianceRate),
            Combined = new CombinedPart(p, low, high, figures.Ci95, result.Verdict.Label, 1, 0, Resolved: false),
            Weights = new WeightsPart(0, null, null),
            Provenance = new ProvenancePart(Provenance(row, result)),
            TokensIn = result.TokensIn,
            TokensOut = result.TokensOut,
            CostUsd = result.CostUsd,
            SimpleExpl = result.SimpleExpl,
            WasCached = row.WasCached,
            CreatedAt = row.CreatedAt,
            FinishedAt = row.FinishedAt,
        };
    }

    private static RplProvenance Provenance(Check row, RunResult result) =>
        new(
            row.RunId,
            row.ExecutionId,
            result.Provider,
            result.Model,
            result.ProviderModelId,
            result.PromptVersion,
            result.PromptHash,
            result.Sampling.K,
            result.Sampling.R,
            result.Sampling.T,
            result.Aggregation.B,
            result.Seed,
            result.Aggregation.BootstrapSeed,
            row.MaxOutputTokens
        );
}
