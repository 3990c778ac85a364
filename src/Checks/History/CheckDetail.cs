using Heretix.Checks.Run;

namespace Heretix.Checks.History;

/// <summary>One check with its answers.</summary>
/// <param name="Check">The line of the history.</param>
/// <param name="Failure">Why it has no result; null when it has one or is running.</param>
/// <param name="Progress">How far it is; null when it is not running.</param>
/// <param name="Result">The result as it was sent; null unless completed.</param>
/// <param name="Templates">The answers that there are, by template, in the order of the plan.</param>
internal sealed record CheckDetail(
    Guid CheckId,
    string Status,
    HistoryItem Check,
    FailurePart? Failure,
    ProgressPart? Progress,
    CheckBody? Result,
    IReadOnlyList<TemplatePart> Templates
);

/// <summary>Why a check has no result.</summary>
internal sealed record FailurePart(string Error, string Detail);

/// <summary>How many answers there are.</summary>
internal sealed record ProgressPart(int Done, int Total, int Valid);

/// <summary>The answers to one paraphrase.</summary>
/// <param name="PromptSha256">Hash of the whole prompt: the cluster.</param>
/// <param name="ParaphraseIdx">The template's place in its bank, from 0.</param>
/// <param name="Valid">Answers that count.</param>
/// <param name="MeanProbTrue">The mean of their log-odds, as a probability; null without any.</param>
/// <param name="Samples">All answers.</param>
internal sealed record TemplatePart(
    string PromptSha256,
    int ParaphraseIdx,
    int Valid,
    double? MeanProbTrue,
    IReadOnlyList<SamplePart> Samples
);

/// <summary>One answer.</summary>
/// <param name="FromCache">Another check had paid for it; when, and what it took, is that one's own.</param>
internal sealed record SamplePart(
    int ReplicateIdx,
    double? ProbTrue,
    double? Logit,
    bool Valid,
    bool Refused,
    bool FromCache,
    int Attempts,
    IReadOnlyList<string> Warnings,
    string? ProviderModelId,
    string? ResponseId,
    long? TokensIn,
    long? TokensOut,
    double? LatencyMs,
    DateTimeOffset? CreatedAt
);
