namespace Heretix.Rpl.Answers;

/// <summary>What one reply of a model amounts to.</summary>
/// <param name="Probability">The stated probability in [0,1], when one could be read, valid or not.</param>
/// <param name="Valid">The reply counts: a probability in [0,1], no links, no refusal.</param>
/// <param name="Refused">The model declined to answer.</param>
/// <param name="Warnings">Labels of what was odd about the reply, each at most once.</param>
/// <param name="Reasons">The model's own reasons, for the reader; never used in the estimate.</param>
public sealed record BeliefAnswer(
    double? Probability,
    bool Valid,
    bool Refused,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Reasons
);
