namespace Heretix.Lake;

/// <summary>
/// One answer of a model within an execution, as the view <c>samples</c> shows it. An answer reused by a later execution
/// appears once per execution, with <see cref="FromCache"/> set.
/// </summary>
public sealed record SampleRow
{
    /// <summary>Where it ran; the same as the run's.</summary>
    public required string Env { get; init; }

    /// <summary>Whether the labelled mock answered instead of a model.</summary>
    public required bool Mock { get; init; }

    /// <summary>The execution that it belongs to.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>What was measured.</summary>
    public required string RunId { get; init; }

    /// <summary>Identifies the question; unique within an execution.</summary>
    public required string CacheKey { get; init; }

    /// <summary>When the answer came, stored in microseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The model that answered.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the prompt bank.</summary>
    public string? PromptVersion { get; init; }

    /// <summary>Hash of the prompt, in hexadecimal.</summary>
    public string? PromptSha256 { get; init; }

    /// <summary>Which paraphrase.</summary>
    public int? ParaphraseIdx { get; init; }

    /// <summary>Which replicate of it.</summary>
    public int? ReplicateIdx { get; init; }

    /// <summary>The answer, a probability; null when it could not be read.</summary>
    public double? ProbTrue { get; init; }

    /// <summary>Its log-odds.</summary>
    public double? Logit { get; init; }

    /// <summary>The model's name in the provider's answer.</summary>
    public string? ProviderModelId { get; init; }

    /// <summary>The provider's id of the answer.</summary>
    public string? ResponseId { get; init; }

    /// <summary>Tokens sent.</summary>
    public long? TokensIn { get; init; }

    /// <summary>Tokens received.</summary>
    public long? TokensOut { get; init; }

    /// <summary>What it cost, in US dollars.</summary>
    public double? CostUsd { get; init; }

    /// <summary>Time to the answer in milliseconds.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Whether the answer kept to the format.</summary>
    public bool? JsonValid { get; init; }

    /// <summary>Whether it came out of the cache.</summary>
    public bool? FromCache { get; init; }

    /// <summary>What was noted while reading it, as JSON.</summary>
    public string? WarningsJson { get; init; }
}
