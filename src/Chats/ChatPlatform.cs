using System.Text.Json.Serialization;

namespace Heretix.Chats;

/// <summary>Where a chat was exported from.</summary>
public enum ChatPlatform
{
    /// <summary>A text file, or a zip with one and its media.</summary>
    [JsonStringEnumMemberName("whatsapp")]
    WhatsApp,

    /// <summary><c>result.json</c> of one chat.</summary>
    Telegram,

    /// <summary><c>message_1.json</c> and its successors.</summary>
    Instagram,
}
