using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Chats;

namespace Heretix.Cli.Output;

/// <summary>How an export was understood and what is in it: the last object of <c>hx chat parse</c>.</summary>
internal sealed class ChatSummary
{
    private readonly long[] kinds = new long[Enum.GetValues<MessageKind>().Length];
    private DateTime first = DateTime.MaxValue;
    private DateTime last = DateTime.MinValue;

    public void Add(in MessageView message)
    {
        kinds[(int)message.Kind]++;
        first = message.Timestamp < first ? message.Timestamp : first;
        last = message.Timestamp > last ? message.Timestamp : last;
    }

    private ChatSummaryDocument Document(ChatFormat format, ChatReader reader) =>
        new(
            format,
            reader.Count,
            Enum.GetValues<MessageKind>()
                .Where(kind => kinds[(int)kind] > 0)
                .ToDictionary(kind => KindNames.Of(kind), kind => kinds[(int)kind]),
            reader.Authors.ToList(),
            reader.Count == 0 ? null : first,
            reader.Count == 0 ? null : last,
            reader.Unread
        );

    /// <summary>The summary as one line.</summary>
    public string Json(ChatFormat format, ChatReader reader) =>
        JsonSerializer.Serialize(
            new ChatSummaryEnvelope(Document(format, reader)),
            ChatSummaryJson.OneLine.ChatSummaryEnvelope
        );
}

/// <summary>Tells the summary from a message.</summary>
internal sealed record ChatSummaryEnvelope(ChatSummaryDocument Summary);

/// <summary>What the summary says.</summary>
internal sealed record ChatSummaryDocument(
    ChatFormat Format,
    long Messages,
    Dictionary<string, long> Kinds,
    IReadOnlyList<string> Participants,
    DateTime? First,
    DateTime? Last,
    UnreadLines Unread
);

/// <summary>Source-generated JSON of the summary.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(ChatSummaryEnvelope))]
internal sealed partial class ChatSummaryJson : JsonSerializerContext
{
    public static ChatSummaryJson OneLine { get; } = new(Written());

    private static JsonSerializerOptions Written() =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters =
            {
                new JsonStringEnumConverter<ChatPlatform>(JsonNamingPolicy.SnakeCaseLower),
                new JsonStringEnumConverter<DateOrder>(JsonNamingPolicy.SnakeCaseLower),
                new JsonStringEnumConverter<DateOrderReason>(JsonNamingPolicy.SnakeCaseLower),
                new JsonStringEnumConverter<UnreadReason>(JsonNamingPolicy.SnakeCaseLower),
            },
        };
}
