using System.Text.Json.Serialization;
using Heretix.Estimation;
using Heretix.Research.Sweep;
using Heretix.Rpl.Results;

namespace Heretix.Research.Compare;

/// <summary>Two measurements of one claim side by side.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="A">The run of A.</param>
/// <param name="B">The run of B, sampled like that of A.</param>
/// <param name="Difference">Estimate of B minus estimate of A, in probability.</param>
/// <param name="LogOddsDifference">The same in log-odds.</param>
/// <param name="IntervalsOverlap">The two 95 % intervals have a point in common.</param>
/// <param name="Winner">The side that measures better; it says nothing about which estimate is right.</param>
/// <param name="DecidedBy">What decided.</param>
public sealed record ComparedClaim(
    string Claim,
    RecordedRun A,
    RecordedRun B,
    double Difference,
    double LogOddsDifference,
    bool IntervalsOverlap,
    Side Winner,
    string DecidedBy
)
{
    /// <summary>Compares the two runs of a pair.</summary>
    public static ComparedClaim Of(RunPair pair)
    {
        var (a, b) = (pair.A, pair.B);
        var winner = Compare.Winner.Of(a.Quality, b.Quality);
        return new ComparedClaim(
            pair.Claim,
            a,
            b,
            b.ProbTrueRpl - a.ProbTrueRpl,
            LogOdds.FromProbability(b.ProbTrueRpl) - LogOdds.FromProbability(a.ProbTrueRpl),
            a.Ci95[0] <= b.Ci95[1] && b.Ci95[0] <= a.Ci95[1],
            winner.Side,
            winner.DecidedBy
        );
    }
}

/// <summary>All comparable claims together.</summary>
/// <param name="A">Figures of A.</param>
/// <param name="B">Figures of B.</param>
/// <param name="Winner">The side that measures better over the cohort.</param>
/// <param name="DecidedBy">What decided.</param>
/// <param name="WinsA">Claims that A measures better.</param>
/// <param name="WinsB">Claims that B measures better.</param>
/// <param name="Ties">Claims that both measure equally well.</param>
/// <param name="MeanDifference">Mean of B minus A, in probability: a shift common to all claims.</param>
/// <param name="MeanAbsoluteDifference">Mean size of the difference: how far the two disagree.</param>
/// <param name="Overlapping">Claims whose two intervals overlap.</param>
public sealed record ComparedCohort(
    CohortFigures A,
    CohortFigures B,
    Side Winner,
    string DecidedBy,
    int WinsA,
    int WinsB,
    int Ties,
    double MeanDifference,
    double MeanAbsoluteDifference,
    int Overlapping
)
{
    /// <summary>Compares a cohort of at least one claim.</summary>
    public static ComparedCohort Of(IReadOnlyCollection<ComparedClaim> claims)
    {
        var a = CohortFigures.Of([.. claims.Select(claim => claim.A.Quality)]);
        var b = CohortFigures.Of([.. claims.Select(claim => claim.B.Quality)]);
        var winner = Compare.Winner.Of(a, b);
        return new ComparedCohort(
            a,
            b,
            winner.Side,
            winner.DecidedBy,
            claims.Count(claim => claim.Winner == Side.A),
            claims.Count(claim => claim.Winner == Side.B),
            claims.Count(claim => claim.Winner == Side.Neither),
            claims.Average(claim => claim.Difference),
            claims.Average(claim => Math.Abs(claim.Difference)),
            claims.Count(claim => claim.IntervalsOverlap)
        );
    }
}

/// <summary>A whole comparison.</summary>
/// <param name="By">What was compared.</param>
/// <param name="A">Name of the first side, as it was given.</param>
/// <param name="B">Name of the second side.</param>
/// <param name="Since">Executions before this were not looked at (UTC).</param>
/// <param name="Mock">The mock answered at least one side of one claim.</param>
/// <param name="Claims">Comparable claims.</param>
/// <param name="Unmatched">Claims that cannot be compared, with the reason.</param>
/// <param name="Cohort">All comparable claims together; null when there is none.</param>
/// <param name="Prompts">How the banks differ, one entry for each two versions that were compared.</param>
/// <param name="ConfigDifferences">Recorded settings that differ within pairs beside what was compared.</param>
public sealed record Comparison(
    ComparedBy By,
    string A,
    string B,
    [property: JsonConverter(typeof(UtcTime))] DateTimeOffset Since,
    bool Mock,
    IReadOnlyList<ComparedClaim> Claims,
    IReadOnlyList<UnmatchedClaim> Unmatched,
    ComparedCohort? Cohort,
    IReadOnlyList<PromptDifference> Prompts,
    IReadOnlyList<ConfigDifference> ConfigDifferences
)
{
    /// <summary>Compares what pairing found.</summary>
    /// <param name="bank">The texts of a prompt version; null when they were not recorded.</param>
    public static Comparison Of(
        ComparedSides sides,
        DateTimeOffset since,
        Pairing pairing,
        Func<string, BankTexts?> bank
    )
    {
        ComparedClaim[] claims = [.. pairing.Pairs.Select(ComparedClaim.Of)];
        return new Comparison(
            sides.By,
            sides.A,
            sides.B,
            since,
            claims.Any(claim => claim.A.Shape.Mock),
            claims,
            pairing.Unmatched,
            claims.Length == 0 ? null : ComparedCohort.Of(claims),
            sides.By == ComparedBy.Model ? [] : PromptDifference.Between(pairing.Pairs, bank),
            ConfigDifference.Within(pairing.Pairs)
        );
    }
}
