namespace Heretix.Research.Compare;

/// <summary>Two runs of one claim that may be compared.</summary>
public sealed record RunPair(string Claim, SamplingShape Shape, string Common, RecordedRun A, RecordedRun B);

/// <summary>A claim without two comparable runs.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Reason">What stands in the way, in words.</param>
/// <param name="A">The freshest run of A that comes closest; null without one.</param>
/// <param name="B">The same for B.</param>
public sealed record UnmatchedClaim(string Claim, string Reason, RecordedRun? A, RecordedRun? B);

/// <summary>
/// Finds for each claim the freshest two runs that were sampled alike: equal K, R, T, B, longest answer and lane, and
/// the same model (when prompt versions are compared) or the same prompt version (when models are).
/// </summary>
public sealed class Pairing
{
    private Pairing(IReadOnlyList<RunPair> pairs, IReadOnlyList<UnmatchedClaim> unmatched)
    {
        Pairs = pairs;
        Unmatched = unmatched;
    }

    /// <summary>Comparable pairs, claims in the order in which they were first measured.</summary>
    public IReadOnlyList<RunPair> Pairs { get; }

    /// <summary>The other claims, each with its reason.</summary>
    public IReadOnlyList<UnmatchedClaim> Unmatched { get; }

    /// <summary>Pairs up runs.</summary>
    /// <param name="runs">Completed runs, oldest first.</param>
    public static Pairing Of(ComparedSides sides, IEnumerable<RecordedRun> runs)
    {
        var pairs = new List<RunPair>();
        var unmatched = new List<UnmatchedClaim>();
        foreach (var claim in runs.GroupBy(run => run.Claim))
        {
            var bySide = claim.ToLookup(sides.Of);
            RecordedRun[] a = [.. bySide[Side.A]];
            RecordedRun[] b = [.. bySide[Side.B]];
            if (a.Length + b.Length == 0)
                continue;
            if (Freshest(sides, a, b) is { } pair)
                pairs.Add(pair);
            else
                unmatched.Add(Explain(sides, claim.Key, a, b));
        }
        return new Pairing(pairs, unmatched);
    }

    /// <summary>A pair is as fresh as the older of its two runs; of equally fresh ones the one measured last wins.</summary>
    private static RunPair? Freshest(ComparedSides sides, RecordedRun[] a, RecordedRun[] b)
    {
        var ofB = b.GroupBy(run => (sides.Common(run), run.Shape))
            .ToDictionary(group => group.Key, group => group.Last());
        return a.GroupBy(run => (sides.Common(run), run.Shape))
            .Where(group => ofB.ContainsKey(group.Key))
            .Select(group => new RunPair(
                group.Last().Claim,
                group.Key.Shape,
                group.Key.Item1,
                group.Last(),
                ofB[group.Key]
            ))
            .OrderBy(pair => pair.A.CreatedAt < pair.B.CreatedAt ? pair.A.CreatedAt : pair.B.CreatedAt)
            .ThenBy(pair => pair.A.CreatedAt > pair.B.CreatedAt ? pair.A.CreatedAt : pair.B.CreatedAt)
            .LastOrDefault();
    }

    private static UnmatchedClaim Explain(ComparedSides sides, string claim, RecordedRun[] a, RecordedRun[] b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            var missing = a.Length == 0 ? sides.A : sides.B;
            return new UnmatchedClaim(claim, $"no run of {missing}", a.LastOrDefault(), b.LastOrDefault());
        }
        var closest = a.Reverse()
            .SelectMany(left =>
                b.Reverse().Select(right => (A: left, B: right, Differences: Differences(sides, left, right)))
            )
            .MinBy(candidate => candidate.Differences.Count);
        return new UnmatchedClaim(claim, string.Join(", ", closest.Differences), closest.A, closest.B);
    }

    private static List<string> Differences(ComparedSides sides, RecordedRun a, RecordedRun b)
    {
        var differences = new List<string>();
        Compare(sides.By == ComparedBy.Model ? "prompt version" : "model", sides.Common(a), sides.Common(b));
        Compare("K", a.Shape.K, b.Shape.K);
        Compare("R", a.Shape.R, b.Shape.R);
        Compare("T", a.Shape.T, b.Shape.T);
        Compare("B", a.Shape.B, b.Shape.B);
        Compare("max_output_tokens", a.Shape.MaxOutputTokens, b.Shape.MaxOutputTokens);
        Compare("mock", a.Shape.Mock ? "yes" : "no", b.Shape.Mock ? "yes" : "no");
        return differences;

        void Compare<T>(string name, T left, T right)
        {
            if (!EqualityComparer<T>.Default.Equals(left, right))
                differences.Add(FormattableString.Invariant($"{name} differs ({Shown(left)} and {Shown(right)})"));
        }

        static object Shown<T>(T value) => value is null ? "unknown" : value;
    }
}
