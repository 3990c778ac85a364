namespace Heretix.Rpl.Storage;

/// <summary>One answered question, as it is stored: everything that was paid for, valid or not.</summary>
public sealed record Sample
{
    /// <summary>Key of the sample (SHA-256, hex).</summary>
    public required string CacheKey { get; init; }

    /// <summary>The execution that paid for it.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Hash of the composed prompt: the cluster to which the sample belongs.</summary>
    public required string PromptSha256 { get; init; }

    /// <summary>Index of the template in its bank, from 0.</summary>
    public required int ParaphraseIndex { get; init; }

    /// <summary>Replicate within the template, from 0.</summary>
    public required int ReplicateIndex { get; init; }

    /// <summary>Stated probability in [0,1]; null when none could be read.</summary>
    public double? ProbTrue { get; init; }

    /// <summary>Log-odds of the probability; null when there is none in range.</summary>
    public double? LogOdds { get; init; }

    /// <summary>The sample counts in the estimate.</summary>
    public required bool Valid { get; init; }

    /// <summary>The model declined to answer.</summary>
    public bool Refused { get; init; }

    /// <summary>Labels of what was odd about the reply.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The reply as it came.</summary>
    public required string RawText { get; init; }

    /// <summary>The model that answered, by the provider's own name.</summary>
    public string? ProviderModelId { get; init; }

    /// <summary>The provider's id of the response.</summary>
    public string? ResponseId { get; init; }

    /// <summary>When the last reply arrived (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Paid calls behind this sample, re-asked invalid ones included; at least 1.</summary>
    public required int Attempts { get; init; }

    /// <summary>Input tokens of all attempts.</summary>
    public required long TokensIn { get; init; }

    /// <summary>Output tokens of all attempts.</summary>
    public required long TokensOut { get; init; }

    /// <summary>US dollars of all attempts; 0 when the model has no price.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>Time of the last attempt from question to answer, in milliseconds.</summary>
    public required double LatencyMs { get; init; }
}
