using Heretix.Research.Batch;
using Heretix.Rpl.Results;

namespace Heretix.Research.Evaluation;

/// <summary>One labelled claim with the belief that was measured.</summary>
/// <param name="Id">Id of the claim in its file.</param>
/// <param name="Claim">The claim.</param>
/// <param name="Label">1 true, 0 false; values in between for claims that are partly true.</param>
/// <param name="Category">A name to group by; null when the file has none.</param>
/// <param name="Prob">Measured probability in [0,1].</param>
/// <param name="Ci95">Its 95 % interval.</param>
/// <param name="ExecutionId">The execution behind it.</param>
public sealed record EvaluatedResult(
    string Id,
    string Claim,
    double Label,
    string? Category,
    double Prob,
    IReadOnlyList<double> Ci95,
    string ExecutionId
)
{
    /// <summary>The claim's part in the Brier score.</summary>
    internal double SquaredError => (Prob - Label) * (Prob - Label);

    /// <summary>A labelled claim with its measurement.</summary>
    /// <exception cref="ArgumentException">The claim has no label.</exception>
    public static EvaluatedResult Of(ClaimLine line, RunResult run) =>
        new(
            line.Id,
            line.Claim,
            line.Label ?? throw new ArgumentException("the claim has no label", nameof(line)),
            line.Category,
            run.Aggregates.ProbTrueRpl,
            run.Aggregates.Ci95,
            run.ExecutionId
        );
}

/// <summary>Claims that an evaluation can use.</summary>
public static class LabelledClaims
{
    /// <summary>Gives the claims back when each has a label.</summary>
    /// <exception cref="ClaimsFileException">Names the first line without one, and how many there are.</exception>
    public static IReadOnlyList<ClaimLine> Require(string path, IReadOnlyList<ClaimLine> claims)
    {
        ClaimLine[] unlabelled = [.. claims.Where(claim => claim.Label is null)];
        if (unlabelled.Length == 0)
            return claims;
        var others = unlabelled.Length == 1 ? "" : $" (and {unlabelled.Length - 1} more without one)";
        throw new ClaimsFileException(
            $"{path}:{unlabelled[0].Line}: the claim '{unlabelled[0].Claim}' has no label{others}; "
                + "an evaluation needs \"label\": true, false or a number from 0 to 1 on every line of JSONL, or a column 'label' in CSV"
        );
    }
}
