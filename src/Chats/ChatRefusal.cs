namespace Heretix.Chats;

/// <summary>Why a file is not read as a chat.</summary>
public enum ChatRefusal
{
    /// <summary>It has no content.</summary>
    Empty,

    /// <summary>No line begins like a message of a known export.</summary>
    NotAChat,

    /// <summary>The zip is damaged, or is none.</summary>
    BrokenZip,

    /// <summary>The zip is encrypted.</summary>
    EncryptedZip,

    /// <summary>No file in the zip is a chat.</summary>
    NoChatInZip,

    /// <summary>The zip holds more than it should: too many entries, too large, or packed too tightly.</summary>
    ZipBomb,

    /// <summary>It holds several chats, and only one is read.</summary>
    SeveralChats,
}
