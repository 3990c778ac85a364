namespace Heretix.Chats;

/// <summary>How an export was understood, and why.</summary>
public sealed record ChatFormat
{
    /// <summary>Where it comes from.</summary>
    public required ChatPlatform Platform { get; init; }

    /// <summary><c>utf-8</c>, <c>utf-8-bom</c>, <c>utf-16le</c>, <c>utf-16be</c> or <c>windows-1252</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>Name of the file inside a zip.</summary>
    public string? Entry { get; init; }

    /// <summary>The chat's title, where the export names it.</summary>
    public string? Title { get; init; }

    /// <summary>The form of a header, such as <c>[d/m/y, H:M:S]</c>; null for JSON.</summary>
    public string? Pattern { get; init; }

    /// <summary>The order of the date's parts, with its evidence; null for JSON.</summary>
    public DateOrderDecision? DateOrder { get; init; }

    /// <summary>Language of the phone as a code such as <c>de</c>, guessed from markers and notices; null when nothing tells it.</summary>
    public string? Language { get; init; }

    /// <summary>Lines that begin a message in this form.</summary>
    public long Headers { get; init; }

    /// <summary>Lines that begin like a message in another form.</summary>
    public long OtherHeaders { get; init; }

    /// <summary>Lines with bytes that are no UTF-8; in them such bytes became U+FFFD.</summary>
    public long DamagedLines { get; init; }

    /// <summary>Markers of left-out media in a language that is not known, found because they repeat.</summary>
    public IReadOnlyList<string> LearnedMarkers { get; init; } = [];
}
