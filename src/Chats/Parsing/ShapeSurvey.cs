namespace Heretix.Chats.Parsing;

/// <summary>What was seen of headers that have one form.</summary>
internal sealed class ShapeSurvey(Header sample)
{
    public Header Sample { get; private set; } = sample;

    public DateOrderSurvey Dates { get; } = new();

    public AuthorSurvey Authors { get; } = new();

    public DayPartSurvey Parts { get; } = new();

    public long Count { get; private set; }

    /// <summary>Language of the words for the halves of a day, where they tell.</summary>
    public string? Language { get; private set; }

    public void Add(in Header header)
    {
        Count++;
        if (header.Part != DayPart.None || header.UnknownPart != 0)
        {
            // The pattern should show that the clock has 12 hours.
            if (Sample.Part == DayPart.None && Sample.UnknownPart == 0)
                Sample = header;
            Language ??= header.Language;
        }
        Dates.Add(header);
        Parts.Add(header);
    }
}
