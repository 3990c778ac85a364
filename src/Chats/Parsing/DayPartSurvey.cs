namespace Heretix.Chats.Parsing;

/// <summary>
/// Learns words for the halves of a day in languages that are not known: a file that has exactly two such words behind its
/// times, and no hour above 12, counts by a 12-hour clock, and the word that comes first within days is the morning.
/// </summary>
internal sealed class DayPartSurvey
{
    private const int MostWords = 8;
    private readonly Dictionary<int, long> words = [];
    private readonly Dictionary<(int, int), long> changes = [];
    private int lastWord;
    private (int, int, int) lastDate;
    private bool has24Hours;

    public void Add(in Header header)
    {
        has24Hours |= header.Hour is > 12 or 0;
        var word = header.UnknownPart;
        if (word == 0)
            return;
        if (!words.TryGetValue(word, out var count) && words.Count == MostWords)
            return;
        words[word] = count + 1;
        var date = (header.First, header.Second, header.Third);
        if (date == lastDate && word != lastWord)
            changes[(lastWord, word)] = changes.GetValueOrDefault((lastWord, word)) + 1;
        (lastWord, lastDate) = (word, date);
    }

    /// <summary>What the words mean. A word that always stands there, such as one for "o'clock", means nothing.</summary>
    public IReadOnlyDictionary<int, DayPart> Decide()
    {
        var total = words.Values.Sum();
        var frequent = words.Where(pair => pair.Value * 20 >= total).OrderByDescending(pair => pair.Value).ToList();
        if (frequent.Count != 2 || has24Hours)
            return frequent.ToDictionary(pair => pair.Key, _ => DayPart.None);
        var (one, other) = (frequent[0].Key, frequent[1].Key);
        var oneFirst = changes.GetValueOrDefault((one, other)) >= changes.GetValueOrDefault((other, one));
        return new Dictionary<int, DayPart>
        {
            [one] = oneFirst ? DayPart.Morning : DayPart.Afternoon,
            [other] = oneFirst ? DayPart.Afternoon : DayPart.Morning,
        };
    }
}
