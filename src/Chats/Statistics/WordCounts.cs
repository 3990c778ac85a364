using Heretix.Chats.Text;

namespace Heretix.Chats.Statistics;

/// <summary>
/// How often each author uses each text, in memory that does not grow without end. Counts are exact up to
/// <see cref="MostTexts"/> different texts; beyond that the rarest are put aside: they stay in the sums, and only rare ones
/// can be missing from a ranking or stand too low in it.
/// </summary>
internal sealed class WordCounts(int mostTexts = WordCounts.MostTexts)
{
    /// <summary>Different texts that are told apart.</summary>
    public const int MostTexts = 300_000;

    private const int MostPairs = 4 * MostTexts;
    private readonly List<long> putAside = [];
    private Utf8Table texts = new();
    private PairCounts pairs = new();

    /// <summary>Rare texts were put aside.</summary>
    public bool Approximate { get; private set; }

    public int Texts => texts.Count;

    public ReadOnlySpan<byte> this[int number] => texts[number];

    /// <summary>The number of a text, which holds until the next call.</summary>
    public int Add(ReadOnlySpan<byte> text, int author)
    {
        if (texts.Count >= mostTexts || pairs.Count >= MostPairs)
            PutAside();
        var number = texts.Add(text);
        pairs.Add(number, author);
        return number;
    }

    /// <summary>All pairs in the order of their first appearance.</summary>
    public IEnumerable<(int Text, int Author, int Times)> Pairs()
    {
        for (var index = 0; index < pairs.Count; index++)
            yield return pairs[index];
    }

    /// <summary>Uses of texts that were put aside.</summary>
    public long PutAsideOf(int author) => author < putAside.Count ? putAside[author] : 0;

    private void PutAside()
    {
        // Half of the room at least becomes free, or counting would stop again at once.
        var totals = Totals();
        var floor = 2L;
        while (totals.Count(total => total >= floor) > mostTexts / 2)
            floor *= 2;
        Approximate = true;
        var (oldTexts, oldPairs) = (texts, pairs);
        (texts, pairs) = (new Utf8Table(), new PairCounts());
        for (var index = 0; index < oldPairs.Count; index++)
        {
            var (text, author, times) = oldPairs[index];
            if (totals[text] >= floor)
            {
                pairs.Add(texts.Add(oldTexts[text]), author, times);
                continue;
            }
            while (putAside.Count <= author)
                putAside.Add(0);
            putAside[author] += times;
        }
    }

    public long[] Totals()
    {
        var totals = new long[texts.Count];
        for (var index = 0; index < pairs.Count; index++)
            totals[pairs[index].First] += pairs[index].Times;
        return totals;
    }
}
