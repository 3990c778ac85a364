namespace Heretix.Chats.Statistics;

/// <summary>What follows from the order of messages in time: conversations, runs, answers and silences.</summary>
internal sealed class ConversationPace
{
    /// <summary>A message after so long begins a conversation.</summary>
    private const long ConversationGap = 6 * 3600;

    private const int Silences = 10;

    public long Conversations { get; private set; }

    public ResponseGaps Responses { get; } = new();

    /// <summary>The longest silences as length, end and who ended them; longest first.</summary>
    public List<(long Seconds, long End, int Author)> Longest { get; } = [];

    public void Read(StatisticsBuilder counts)
    {
        var (before, author, run) = (0L, -1, 0);
        foreach (var (second, who) in counts.Times.InOrder())
        {
            var person = counts.Authors[who];
            var gap = second - before;
            if (author < 0 || gap >= ConversationGap)
            {
                Conversations++;
                person.Initiations++;
                person.SilencesBroken += author < 0 ? 0 : 1;
            }
            if (author >= 0)
            {
                Remember(gap, second, who);
                if (author != who && gap is > 0 and < ResponseGaps.Limit)
                {
                    Responses.Add((int)gap);
                    person.Responses.Add((int)gap);
                    counts
                        .Months[MonthCounts.Of(new DateTime(second * TimeSpan.TicksPerSecond))]
                        .Responses.Add((int)gap);
                }
            }
            if (author != who)
            {
                run = 1;
                person.Runs++;
            }
            else if (++run == 2)
                person.LongRuns++;
            (before, author) = (second, who);
        }
    }

    private void Remember(long gap, long end, int author)
    {
        if (Longest.Count == Silences && gap <= Longest[^1].Seconds)
            return;
        var place = Longest.Count;
        while (place > 0 && Longest[place - 1].Seconds < gap)
            place--;
        Longest.Insert(place, (gap, end, author));
        if (Longest.Count > Silences)
            Longest.RemoveAt(Silences);
    }
}
