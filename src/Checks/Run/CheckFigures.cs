using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heretix.Billing.Usage;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Rpl.Results;

namespace Heretix.Checks.Run;

/// <summary>Fills the columns of a check: with the order when it begins, with the result when it ends.</summary>
internal static class CheckFigures
{
    public static Check Begin(
        CheckOrder order,
        UsageSubject subject,
        Guid reservation,
        string env,
        Guid owner,
        DateTimeOffset now,
        TimeSpan lease
    )
    {
        var (measurement, model) = (order.Measurement, order.Model);
        return new Check
        {
            Id = Guid.CreateVersion7(now),
            ExecutionId = "exec-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            RunId = order.RunId,
            RequestId = order.RequestId,
            ResultKey = order.ResultKey,
            Env = env,
            UserId = subject.UserId,
            AnonToken = subject.Browser,
            Claim = measurement.Claim,
            ClaimHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(measurement.Claim))),
            Model = model.ApiModel,
            LogicalModel = measurement.Model,
            Provider = model.Provider,
            PromptVersion = order.Bank.Version,
            SchemaVersion = "schema_v1",
            Mode = "baseline",
            Mock = model.Mock,
            K = measurement.K,
            R = measurement.R,
            T = order.Templates,
            B = measurement.B,
            Seed = measurement.Seed?.Value,
            MaxOutputTokens = measurement.MaxOutputTokens,
            ConfigJson = Config(order),
            Status = Check.Running,
            Notice = order.Notice,
            Owner = owner,
            LeaseUntil = now + lease,
            ReservationId = reservation,
            CreatedAt = now,
        };
    }

    public static void Complete(Check check, RunResult result, Measured measured, DateTimeOffset now)
    {
        var (figures, aggregation) = (result.Aggregates, result.Aggregation);
        check.Status = Check.Completed;
        check.FinishedAt = now;
        check.ProviderModelId = result.ProviderModelId;
        check.BootstrapSeed = ulong.Parse(aggregation.BootstrapSeed, CultureInfo.InvariantCulture);
        check.ProbTrueRpl = figures.ProbTrueRpl;
        check.CiLo = figures.Ci95[0];
        check.CiHi = figures.Ci95[1];
        check.CiWidth = figures.CiWidth;
        check.WholeClusterCiLo = figures.WholeClusterCi95[0];
        check.WholeClusterCiHi = figures.WholeClusterCi95[1];
        check.TemplateIqrLogit = aggregation.TemplateIqrLogit;
        check.StabilityScore = figures.StabilityScore;
        check.ImbalanceRatio = aggregation.ImbalanceRatio;
        check.RplComplianceRate = figures.RplComplianceRate;
        check.CacheHitRate = figures.CacheHitRate;
        check.SamplerJson = measured.SamplerJson;
        check.CountsByTemplateJson = JsonSerializer.Serialize(
            aggregation.CountsByTemplate,
            ResultJson.Compact.IReadOnlyDictionaryStringInt32
        );
        check.PromptCharLenMax = aggregation.PromptCharLenMax;
        check.Pqs = figures.Pqs;
        check.PqsVersion = figures.PqsVersion;
        check.GateComplianceOk = figures.Gates.ComplianceOk;
        check.GateStabilityOk = figures.Gates.StabilityOk;
        check.GatePrecisionOk = figures.Gates.PrecisionOk;
        check.PPrior = result.Prior.P;
        check.CiPriorLo = result.Prior.Ci95[0];
        check.CiPriorHi = result.Prior.Ci95[1];
        check.StabilityPrior = result.Prior.Stability;
        check.TokensIn = result.TokensIn;
        check.TokensOut = result.TokensOut;
        check.CostUsd = result.CostUsd;
        // The share of samples that were there already, as the seed of this rule has it.
        check.WasCached = figures.CacheHitRate >= 0.999;
        check.SampleIds = measured.SampleIds;
        check.Result = JsonSerializer.Serialize(result, ResultJson.Compact.RunResult);
    }

    public static void Fail(Check check, CheckFailure failure, DateTimeOffset now)
    {
        check.Status = Check.Failed;
        check.FinishedAt = now;
        check.Failure = failure.Code;
        check.FailureDetail = failure.Detail;
    }

    private static string Config(CheckOrder order)
    {
        var measurement = order.Measurement;
        return JsonSerializer.Serialize(
            new ConfigRecord(
                measurement.Claim,
                measurement.Model,
                measurement.Provider,
                measurement.PromptVersion,
                measurement.K,
                measurement.R,
                measurement.T,
                measurement.B,
                measurement.Seed?.Value.ToString(CultureInfo.InvariantCulture),
                measurement.MaxOutputTokens,
                measurement.MaxPromptChars,
                measurement.NoCache,
                measurement.Mock
            ),
            ChecksJson.Wire.ConfigRecord
        );
    }
}
