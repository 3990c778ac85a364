using System.Text;

namespace Heretix.Chats.Statistics;

/// <summary>Most used texts over all and by author, ties by first appearance, without stop words.</summary>
internal sealed class Ranking
{
    private readonly WordCounts counts;
    private readonly long[] totals;
    private readonly bool[] left;
    private readonly List<(int Text, int Times)>[] byAuthor;
    private readonly int top;

    /// <param name="counts">What was counted.</param>
    /// <param name="authors">How many authors there are.</param>
    /// <param name="top">Places.</param>
    /// <param name="isLeftOut">Texts that count nowhere.</param>
    public Ranking(WordCounts counts, int authors, int top, Func<int, bool> isLeftOut)
    {
        this.counts = counts;
        this.top = top;
        totals = counts.Totals();
        left = new bool[totals.Length];
        for (var text = 0; text < totals.Length; text++)
            left[text] = isLeftOut(text);
        byAuthor = new List<(int, int)>[authors];
        Uses = new long[authors];
        for (var author = 0; author < authors; author++)
            Uses[author] = counts.PutAsideOf(author);
        foreach (var (text, author, times) in counts.Pairs())
        {
            if (left[text])
                continue;
            Uses[author] += times;
            Keep(byAuthor[author] ??= [], text, times);
        }
    }

    /// <summary>Uses of all texts by author, ranked or not.</summary>
    public long[] Uses { get; }

    public IEnumerable<(string Text, long Count)> Overall() =>
        Enumerable
            .Range(0, totals.Length)
            .Where(text => !left[text])
            .OrderByDescending(text => totals[text])
            .ThenBy(text => text)
            .Take(top)
            .Select(text => (Encoding.UTF8.GetString(counts[text]), totals[text]));

    public IEnumerable<(string Text, long Count)> Of(int author) =>
        Sorted(byAuthor[author] ?? [])
            .Take(top)
            .Select(pair => (Encoding.UTF8.GetString(counts[pair.Text]), (long)pair.Times));

    /// <summary>Keeps what can still be among the first places; a list is cut back when it has grown tenfold.</summary>
    private void Keep(List<(int Text, int Times)> list, int text, int times)
    {
        list.Add((text, times));
        if (list.Count < 10 * top + 100)
            return;
        var best = Sorted(list).Take(top).ToList();
        list.Clear();
        list.AddRange(best);
    }

    /// <summary>By count; the sort keeps the order of equal ones, which is that of their first appearance.</summary>
    private static IEnumerable<(int Text, int Times)> Sorted(List<(int Text, int Times)> list) =>
        list.OrderByDescending(pair => pair.Times);
}
