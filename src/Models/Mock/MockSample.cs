using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>
/// One mock answer's numbers, all out of SHA-256, so that the same request always gets the same answer.
/// </summary>
/// <remarks>
/// The probability is the inverse logit of a sum of independent normal effects, in log-odds: the claim (sd 1.8; the
/// claims of a study differ widely), the model on that claim (sd 0.4), the wording of the prompt (sd 0.35, between
/// templates) and the replicate (sd 0.15, within a template). The attempt does not enter, so that a repaired sample is
/// the sample.
/// </remarks>
internal readonly struct MockSample
{
    private const double ClaimSpread = 1.8;
    private const double ModelSpread = 0.4;
    private const double TemplateSpread = 0.35;
    private const double ReplicateSpread = 0.15;

    private static readonly MockFailure[] Ways =
    [
        MockFailure.Slow,
        MockFailure.RateLimited,
        MockFailure.Malformed,
        MockFailure.Refusal,
        MockFailure.Dying,
    ];

    private readonly byte[] hash;

    private MockSample(byte[] hash, double probability)
    {
        this.hash = hash;
        Probability = probability;
    }

    /// <summary>In [0.01, 0.99], two decimals.</summary>
    public double Probability { get; }

    public string Label =>
        Probability switch
        {
            >= 0.8 => "very_likely",
            >= 0.6 => "likely",
            <= 0.2 => "very_unlikely",
            <= 0.4 => "unlikely",
            _ => "uncertain",
        };

    public string ResponseId => "mock_" + Convert.ToHexStringLower(hash.AsSpan(0, 6));

    public static MockSample Of(string model, string prompt, ChatOptions? options)
    {
        var claim = SampleIdentity.Claim(options) ?? prompt;
        var template = SHA256.HashData(Encoding.UTF8.GetBytes(prompt));
        var sample = Mixed(template, SampleIdentity.Replicate(options));
        var logOdds =
            ClaimSpread * Normal(Hashed("claim", claim))
            + ModelSpread * Normal(Hashed("model", model + "\n" + claim))
            + TemplateSpread * Normal(template)
            + ReplicateSpread * Normal(sample);
        var probability = Math.Clamp(Math.Round(1 / (1 + Math.Exp(-logOdds)), 2), 0.01, 0.99);
        return new MockSample(sample, probability);
    }

    /// <summary>A whole number in [0, <paramref name="bound"/>), one per <paramref name="index"/>.</summary>
    public int Pick(int index, int bound) =>
        (int)(BinaryPrimitives.ReadUInt16LittleEndian(hash.AsSpan(8 + 2 * index)) % (uint)bound);

    /// <summary>How this attempt of this sample fails, if it does.</summary>
    public MockFailure Failure(MockBehaviour behaviour, int attempt, int retry)
    {
        if (behaviour.FailureRate <= 0)
            return MockFailure.None;
        var chance = Mixed(hash, unchecked(attempt * 1009 + retry + 1));
        if (Uniform(chance) >= behaviour.FailureRate)
            return MockFailure.None;
        var ways = Ways.Where(way => behaviour.Failures.HasFlag(way)).ToList();
        return ways.Count == 0 ? MockFailure.None : ways[chance[16] % ways.Count];
    }

    private static byte[] Hashed(string kind, string text) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{text}"));

    private static byte[] Mixed(byte[] hash, int number)
    {
        Span<byte> bytes = stackalloc byte[hash.Length + 4];
        hash.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[hash.Length..], number);
        return SHA256.HashData(bytes);
    }

    private static double Uniform(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal by G. E. P. Box and M. E. Muller (1958).</summary>
    private static double Normal(ReadOnlySpan<byte> bytes)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(bytes)));
        return radius * Math.Cos(2 * Math.PI * Uniform(bytes[8..]));
    }
}
