using System.Text;

namespace Heretix.Chats.Statistics;

/// <summary>Deleted messages, media and calls as older statistics knew them: by English markers inside the text.</summary>
internal static class OlderMarkers
{
    private static readonly string[] Calls =
    [
        "missed voice call",
        "missed video call",
        "incoming voice call",
        "incoming video call",
        "outgoing voice call",
        "outgoing video call",
        "voice call",
        "video call",
        "you called",
        "you missed",
    ];

    public static MessageKind KindOf(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        if (
            text.Contains("this message was deleted", StringComparison.OrdinalIgnoreCase)
            || text.Contains("you deleted this message", StringComparison.OrdinalIgnoreCase)
        )
            return MessageKind.Deleted;
        if (
            text.Contains("<Media omitted>", StringComparison.Ordinal)
            || text.Contains("<attached:", StringComparison.OrdinalIgnoreCase)
        )
            return MessageKind.Media;
        var said = text.Trim();
        return
            said.Equals("null", StringComparison.OrdinalIgnoreCase)
            || said.Equals("none", StringComparison.OrdinalIgnoreCase)
            || Array.Exists(Calls, call => said.StartsWith(call, StringComparison.OrdinalIgnoreCase))
            ? MessageKind.Call
            : MessageKind.Text;
    }
}
