using System.Globalization;
using System.Text;
using System.Text.Json;
using Heretix.Chats.Input;

namespace Heretix.Chats.Telegram;

/// <summary>Messages of Telegram's <c>result.json</c>, whose dates are wall-clock times of the machine that exported.</summary>
internal sealed class TelegramReader(Stream stream, int longestMessage) : RecordReader(longestMessage)
{
    private const string Nobody = "Deleted Account";
    private readonly JsonRecords records = new(stream);

    public override bool Read()
    {
        while (records.TryRead(out var record))
        {
            Number++;
            using var parsed = JsonDocument.Parse(record);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object && TryTake(parsed.RootElement))
            {
                Count++;
                return true;
            }
            Unread.Add(Number, UnreadReason.Record, record.Span);
        }
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            records.Dispose();
    }

    private bool TryTake(JsonElement record)
    {
        if (
            !DateTime.TryParse(
                Text(record, "date"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
                out var time
            )
        )
            return false;
        Time = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
        Edited = Has(record, "edited");
        Reactions = CountReactions(record);
        (Kind, Media) = (MessageKind.Text, MediaKind.Unknown);
        if (Text(record, "type") == "service")
        {
            if (Text(record, "action") is "phone_call" or "group_call")
            {
                Kind = MessageKind.Call;
                Set(Text(record, "actor") ?? Nobody, "", null);
                return true;
            }
            Kind = MessageKind.System;
            Set(null, $"{Text(record, "actor")} {Text(record, "action")}".Trim(), null);
            return true;
        }
        var words = Words(record);
        string? file = null;
        if (Has(record, "poll"))
        {
            Kind = MessageKind.Poll;
            words = record.GetProperty("poll") is { ValueKind: JsonValueKind.Object } poll ? Poll(poll) : words;
        }
        else if (Has(record, "contact_information"))
            Kind = MessageKind.Contact;
        else if (Has(record, "location_information") || Has(record, "place_name"))
            Kind = MessageKind.Location;
        else if (Has(record, "photo") || Has(record, "file") || Has(record, "media_type"))
        {
            Kind = MessageKind.Media;
            Media = MediaOf(record);
            file = Text(record, "file_name") ?? NameOf(Text(record, "file") ?? Text(record, "photo"));
        }
        else if (words.Length == 0 && Has(record, "self_destruct_period_seconds"))
            (Kind, Media) = (MessageKind.Media, MediaKind.ViewOnce);
        Set(Text(record, "from") ?? Nobody, words, file);
        return true;
    }

    private static MediaKind MediaOf(JsonElement record) =>
        Text(record, "media_type") switch
        {
            "sticker" => MediaKind.Sticker,
            "video_file" or "video_message" => MediaKind.Video,
            "voice_message" or "audio_file" => MediaKind.Audio,
            "animation" => MediaKind.Gif,
            _ => Has(record, "photo") ? MediaKind.Image : MediaKind.Document,
        };

    /// <summary>The file's name; what the export says instead of a file that it left out is in brackets.</summary>
    private static string? NameOf(string? path) =>
        path is null || path.StartsWith('(') ? null : path[(path.LastIndexOf('/') + 1)..];

    private static string Words(JsonElement record)
    {
        if (!record.TryGetProperty("text", out var text))
            return "";
        if (text.ValueKind == JsonValueKind.String)
            return String(text);
        if (text.ValueKind != JsonValueKind.Array)
            return "";
        var words = new StringBuilder();
        foreach (var part in text.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.String)
                words.Append(String(part));
            else if (part.ValueKind == JsonValueKind.Object)
                words.Append(Text(part, "text"));
        }
        return words.ToString();
    }

    private static string Poll(JsonElement poll)
    {
        var words = new StringBuilder(Text(poll, "question"));
        if (poll.TryGetProperty("answers", out var answers) && answers.ValueKind == JsonValueKind.Array)
        {
            foreach (var answer in answers.EnumerateArray())
            {
                if (answer.ValueKind == JsonValueKind.Object)
                    words.Append('\n').Append(Text(answer, "text"));
            }
        }
        return words.ToString();
    }

    private static int CountReactions(JsonElement record)
    {
        if (!record.TryGetProperty("reactions", out var reactions) || reactions.ValueKind != JsonValueKind.Array)
            return 0;
        var count = 0;
        foreach (var reaction in reactions.EnumerateArray())
        {
            if (
                reaction.ValueKind == JsonValueKind.Object
                && reaction.TryGetProperty("count", out var number)
                && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt32(out var times)
                && times is > 0 and < 1_000_000
            )
                count += times;
        }
        return count;
    }
}
