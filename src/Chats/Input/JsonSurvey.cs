using System.Text.Json;
using Heretix.Chats.Instagram;

namespace Heretix.Chats.Input;

/// <summary>What a first pass over a JSON export tells: from where it comes, and that it is whole.</summary>
internal sealed record JsonSurvey(ChatPlatform Platform, string? Title, long Records, ChatOpening.Refused? Refused)
{
    public static JsonSurvey Look(IReadOnlyList<Func<Stream>> files, CancellationToken cancellationToken)
    {
        var (telegram, instagram) = (0L, 0L);
        string? title = null;
        HashSet<string> properties = [];
        foreach (var file in files)
        {
            using var records = new JsonRecords(file());
            while (records.TryRead(out var record))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Has(record.Span, "sender_name"u8))
                    instagram++;
                else if (Has(record.Span, "date"u8))
                    telegram++;
            }
            title = records.Texts.GetValueOrDefault("title") ?? records.Texts.GetValueOrDefault("name") ?? title;
            properties.UnionWith(records.Properties);
        }
        if (properties.Contains("chats") && !properties.Contains("messages"))
            return Refuse(
                ChatRefusal.SeveralChats,
                "this is Telegram's export of all chats: export one chat from its own menu"
            );
        if (telegram + instagram == 0)
            return Refuse(ChatRefusal.NotAChat, "the JSON holds no messages as Telegram or Instagram write them");
        return instagram > telegram
            ? new JsonSurvey(ChatPlatform.Instagram, title is null ? null : BrokenText.Repair(title), instagram, null)
            : new JsonSurvey(ChatPlatform.Telegram, title, telegram, null);
    }

    private static JsonSurvey Refuse(ChatRefusal reason, string detail) =>
        new(default, null, 0, new ChatOpening.Refused(reason, detail));

    /// <summary>Whether an object has a property of its own with this name.</summary>
    private static bool Has(ReadOnlySpan<byte> record, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(record);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                if (reader.ValueTextEquals(name))
                    return true;
                reader.Skip();
            }
        }
        return false;
    }
}
