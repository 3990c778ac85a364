using System.Globalization;

namespace Heretix.Rpl.Claims;

/// <summary>What the words of a claim say about time, for the weighing of web evidence.</summary>
/// <param name="RelationFamily">
/// <c>event_outcome</c>, <c>identity_role</c>, <c>numeric_value</c>, <c>existence_date</c>, <c>membership</c> or
/// <c>unknown</c>.
/// </param>
/// <param name="Years">Years named, 1500 to 2199, in their order.</param>
/// <param name="FutureReference">The claim speaks of what is to come.</param>
/// <param name="PastReference">The claim speaks of what has been.</param>
/// <param name="TimeSensitive">Its truth can change, or has only just been settled.</param>
/// <param name="Timely">It names a date or something recent: recent evidence weighs more.</param>
public sealed record ClaimTiming(
    string RelationFamily,
    IReadOnlyList<int> Years,
    bool FutureReference,
    bool PastReference,
    bool TimeSensitive,
    bool Timely
)
{
    private static readonly (string Name, string[] Words)[] Families =
    [
        ("event_outcome", ["won", "win", "wins", "beat", "beats", "defeated", "lost", "champion", "champions"]),
        ("identity_role", ["ceo", "president", "minister", "chancellor", "king", "queen", "pope", "captain", "mayor"]),
        ("existence_date", ["released", "launched", "founded", "born", "died", "opened", "built", "published"]),
        ("membership", ["member", "members", "joined", "belongs"]),
        ("numeric_value", ["percent", "population", "price", "rate", "gdp", "exceeds"]),
    ];

    private static readonly string[] Future = ["upcoming", "will", "tomorrow", "next", "soon", "expected", "forecast"];

    private static readonly string[] Past = ["won", "was", "were", "had", "did", "lost", "beat", "defeated", "ago"];

    private static readonly string[] Recent =
    [
        "upcoming",
        "today",
        "tonight",
        "yesterday",
        "tomorrow",
        "latest",
        "currently",
        "now",
        "breaking",
        "recent",
        "recently",
    ];

    /// <summary>
    /// Reads a claim by its words: a heuristic for English. A month's name or its first three letters counts as a date,
    /// and so does the verb "may".
    /// </summary>
    /// <param name="today">Years after this one lie in the future, those before it in the past.</param>
    public static ClaimTiming Of(string claim, DateOnly today)
    {
        var words = claim
            .ToLowerInvariant()
            .Split(
                [' ', '\t', '\n', '\r', ',', '.', ';', ':', '!', '?', '"', '(', ')'],
                StringSplitOptions.RemoveEmptyEntries
            );
        var family = Families.FirstOrDefault(family => words.Any(family.Words.Contains)).Name ?? "unknown";
        int[] years =
        [
            .. words
                .Where(word => word.Length == 4 && word.All(char.IsAsciiDigit))
                .Select(word => int.Parse(word, CultureInfo.InvariantCulture))
                .Where(year => year is >= 1500 and < 2200),
        ];
        var future = words.Any(Future.Contains) || years.Any(year => year > today.Year);
        var past = words.Any(Past.Contains) || years.Any(year => year < today.Year);
        var identity = words.Zip(words.Skip(1)).Any(pair => pair is ("is", "the"));
        return new ClaimTiming(
            family,
            years,
            future,
            past,
            future || identity || family is "event_outcome" or "identity_role",
            words.Any(Recent.Contains) || words.Any(IsMonth)
        );
    }

    private static bool IsMonth(string word) =>
        CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Any(month =>
            month.Length > 0
            && (
                word.Equals(month, StringComparison.OrdinalIgnoreCase)
                || word.Equals(month[..3], StringComparison.OrdinalIgnoreCase)
            )
        );
}
