using System.Globalization;
using System.Text.Json.Serialization;

namespace Heretix.Billing.Events;

/// <summary>A stored event as operators see it.</summary>
/// <param name="Id">Its id here.</param>
/// <param name="Source">The provider.</param>
/// <param name="EventId">The provider's id.</param>
/// <param name="Type">The provider's word for what happened.</param>
/// <param name="OccurredAt">When it happened by the provider's clock.</param>
/// <param name="ReceivedAt">When it first came.</param>
/// <param name="Deliveries">How often it came.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Flagged">Somebody has to look at it.</param>
/// <param name="Detail">A sentence on that.</param>
/// <param name="UserId">Whom it is about.</param>
/// <param name="Replays">How often it was handled again.</param>
public sealed record EventEntry(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("event_id")] string EventId,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("occurred_at")] DateTime? OccurredAt,
    [property: JsonPropertyName("received_at")] DateTime ReceivedAt,
    [property: JsonPropertyName("deliveries")] int Deliveries,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("flagged")] bool Flagged,
    [property: JsonPropertyName("detail")] string? Detail,
    [property: JsonPropertyName("user_id")] Guid? UserId,
    [property: JsonPropertyName("replays")] int Replays
)
{
    /// <summary>The headings of the cells.</summary>
    public static IReadOnlyList<string> Headings { get; } =
    ["RECEIVED", "SOURCE", "TYPE", "EVENT", "OUTCOME", "CAME", "DETAIL"];

    /// <summary>Itself as a row of a table.</summary>
    public IReadOnlyList<string> Cells() =>
        [
            ReceivedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z",
            Source,
            Type,
            EventId,
            Flagged ? Outcome + " (!)" : Outcome,
            string.Create(CultureInfo.InvariantCulture, $"{Deliveries}x"),
            Detail ?? "",
        ];

    internal static EventEntry Of(StoredEvent stored) =>
        new(
            stored.Id,
            stored.Source,
            stored.EventId,
            stored.Type,
            stored.OccurredAt?.UtcDateTime,
            stored.ReceivedAt.UtcDateTime,
            stored.Deliveries,
            stored.Outcome,
            stored.Flagged,
            stored.Detail,
            stored.UserId,
            stored.Replays
        );
}

/// <summary>How lists of events are written as JSON.</summary>
[JsonSerializable(typeof(IReadOnlyList<EventEntry>))]
[JsonSerializable(typeof(EventEntry))]
public sealed partial class EventEntryJson : JsonSerializerContext;
