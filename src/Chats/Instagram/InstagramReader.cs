using System.Text.Json;
using Heretix.Chats.Input;

namespace Heretix.Chats.Instagram;

/// <summary>
/// Messages of Instagram's <c>message_N.json</c>. A file holds its newest message first, so it is read as a whole and given
/// out from its end. Moments are UTC, since the export names no zone.
/// </summary>
internal sealed class InstagramReader(IReadOnlyList<Func<Stream>> files, int longestMessage)
    : RecordReader(longestMessage)
{
    private const int LargestFile = 256 << 20;
    private readonly List<(int Start, int Length)> records = [];
    private byte[] content = [];
    private int nextFile;
    private int next;
    private int step = 1;

    public override bool Read()
    {
        while (true)
        {
            while (next >= 0 && next < records.Count)
            {
                var (start, length) = records[next];
                next += step;
                Number++;
                using var parsed = JsonDocument.Parse(content.AsMemory(start, length));
                if (parsed.RootElement.ValueKind == JsonValueKind.Object && TryTake(parsed.RootElement))
                {
                    Count++;
                    return true;
                }
                Unread.Add(Number, UnreadReason.Record, content.AsSpan(start, length));
            }
            if (nextFile == files.Count)
                return false;
            Load(files[nextFile++]);
        }
    }

    protected override void Dispose(bool disposing) => content = [];

    private void Load(Func<Stream> file)
    {
        using var whole = new MemoryStream();
        using (var stream = file())
        using (var bounded = new BoundedStream(stream, LargestFile))
            bounded.CopyTo(whole);
        content = whole.ToArray();
        records.Clear();
        using var reader = new JsonRecords(new MemoryStream(content));
        while (reader.TryRead(out var record))
        {
            // Where the record lies in the file: it is searched from the end of the one before.
            var from = records.Count == 0 ? 0 : records[^1].Start + records[^1].Length;
            records.Add((from + content.AsSpan(from).IndexOf(record.Span), record.Length));
        }
        var newestFirst = records.Count > 1 && Milliseconds(records[0]) > Milliseconds(records[^1]);
        (next, step) = newestFirst ? (records.Count - 1, -1) : (0, 1);
    }

    private long Milliseconds((int Start, int Length) record)
    {
        using var parsed = JsonDocument.Parse(content.AsMemory(record.Start, record.Length));
        return parsed.RootElement.ValueKind == JsonValueKind.Object && TryMilliseconds(parsed.RootElement, out var time)
            ? time
            : 0;
    }

    private bool TryTake(JsonElement record)
    {
        if (Text(record, "sender_name") is not { } sender || !TryMilliseconds(record, out var milliseconds))
            return false;
        Time = DateTime.SpecifyKind(DateTime.UnixEpoch.AddMilliseconds(milliseconds), DateTimeKind.Unspecified);
        var words = BrokenText.Repair(Text(record, "content") ?? "");
        Reactions =
            record.TryGetProperty("reactions", out var reactions) && reactions.ValueKind == JsonValueKind.Array
                ? reactions.GetArrayLength()
                : 0;
        (Kind, Media) = KindOf(record);
        Set(BrokenText.Repair(sender), words, File(record));
        return true;
    }

    private static (MessageKind Kind, MediaKind Media) KindOf(JsonElement record) =>
        Has(record, "is_unsent") ? (MessageKind.Deleted, MediaKind.Unknown)
        : Has(record, "call_duration") ? (MessageKind.Call, MediaKind.Unknown)
        : Has(record, "photos") ? (MessageKind.Media, MediaKind.Image)
        : Has(record, "videos") ? (MessageKind.Media, MediaKind.Video)
        : Has(record, "audio_files") ? (MessageKind.Media, MediaKind.Audio)
        : Has(record, "gifs") ? (MessageKind.Media, MediaKind.Gif)
        : Has(record, "sticker") ? (MessageKind.Media, MediaKind.Sticker)
        : Has(record, "files") ? (MessageKind.Media, MediaKind.Document)
        : Has(record, "share") && !Has(record, "content") ? (MessageKind.Media, MediaKind.Unknown)
        : !Has(record, "content") ? (MessageKind.Media, MediaKind.ViewOnce)
        : (MessageKind.Text, MediaKind.Unknown);

    private static string? File(JsonElement record)
    {
        foreach (var name in (ReadOnlySpan<string>)["photos", "videos", "audio_files", "gifs", "files"])
        {
            if (
                record.TryGetProperty(name, out var list)
                && list.ValueKind == JsonValueKind.Array
                && list.GetArrayLength() > 0
                && list[0].ValueKind == JsonValueKind.Object
                && Text(list[0], "uri") is { } uri
            )
                return BrokenText.Repair(uri[(uri.LastIndexOf('/') + 1)..]);
        }
        return null;
    }

    private static bool TryMilliseconds(JsonElement record, out long milliseconds)
    {
        milliseconds = 0;
        return record.TryGetProperty("timestamp_ms", out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out milliseconds)
            && milliseconds is >= 0 and < 7_258_118_400_000;
    }
}
