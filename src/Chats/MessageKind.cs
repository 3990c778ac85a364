namespace Heretix.Chats;

/// <summary>What a message is.</summary>
public enum MessageKind
{
    /// <summary>Words of a person.</summary>
    Text,

    /// <summary>A picture, a recording, a file: attached, or a marker that says it was left out.</summary>
    Media,

    /// <summary>A message that was taken back.</summary>
    Deleted,

    /// <summary>A call, made or missed.</summary>
    Call,

    /// <summary>A place.</summary>
    Location,

    /// <summary>Somebody's card.</summary>
    Contact,

    /// <summary>A question with answers to choose.</summary>
    Poll,

    /// <summary>A notice of the app itself. It has no author and counts in no statistic.</summary>
    System,
}

/// <summary>What a message of the kind <see cref="MessageKind.Media"/> holds.</summary>
public enum MediaKind
{
    /// <summary>No medium, or one that the export does not name.</summary>
    Unknown,

    /// <summary>A picture.</summary>
    Image,

    /// <summary>A video.</summary>
    Video,

    /// <summary>A voice message or another sound.</summary>
    Audio,

    /// <summary>A short silent video.</summary>
    Gif,

    /// <summary>A sticker.</summary>
    Sticker,

    /// <summary>A file.</summary>
    Document,

    /// <summary>Seen once and never exported: the text is empty.</summary>
    ViewOnce,
}
