using System.Globalization;
using Heretix.Lake;

namespace Heretix.Benchmarks.Lake;

/// <summary>Made-up runs, the same ones each time: a few thousand claims measured again and again by six models.</summary>
internal sealed class Rows
{
    private static readonly string[] Models = ["gpt-5", "gemini-2.5-pro", "grok-4", "claude-opus-4", "llama3", "qwen3"];
    private static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Random _chance = new(20260101);
    private long _count;

    internal RunRow Next(int day)
    {
        int claim = _chance.Next(5_000);
        string model = Models[_chance.Next(Models.Length)];
        double p = Math.Round(_chance.NextDouble(), 4);
        double half = Math.Round(0.01 + (_chance.NextDouble() * 0.15), 4);
        string number = (++_count).ToString("D12", CultureInfo.InvariantCulture);
        return new RunRow
        {
            Env = "local",
            Mock = false,
            ExecutionId = "exec-" + number,
            RunId = $"heretix-rpl-{claim}-{model}",
            CreatedAt = FirstDay.AddDays(day).AddSeconds(_chance.Next(86_400)),
            Claim = $"Claim number {claim} about the state of the world",
            Model = model,
            LogicalModel = model,
            Provider = "provider",
            PromptVersion = "rpl_g5_v2",
            Mode = "baseline",
            K = 8,
            R = 2,
            T = 16,
            B = 5000,
            Seed = number,
            BootstrapSeed = number,
            ProbTrueRpl = p,
            CiLo = Math.Max(0, p - half),
            CiHi = Math.Min(1, p + half),
            CiWidth = Math.Min(1, p + half) - Math.Max(0, p - half),
            TemplateIqrLogit = Math.Round(_chance.NextDouble(), 3),
            StabilityScore = Math.Round(_chance.NextDouble(), 3),
            ImbalanceRatio = 1,
            RplComplianceRate = 1,
            CacheHitRate = 0,
            Pqs = _chance.Next(100),
            GateStabilityOk = _chance.Next(2),
            TokensIn = _chance.Next(1_000, 9_000),
            TokensOut = _chance.Next(100, 900),
            CostUsd = Math.Round(_chance.NextDouble() / 10, 4),
            WasCached = false,
        };
    }
}
