namespace Heretix.Billing.Events;

/// <summary>An event that was received, and what became of it.</summary>
internal sealed record StoredEvent
{
    /// <summary>What its content is encrypted for.</summary>
    public const string Purpose = "billing.processed_webhook_events.payload";

    public Guid Id { get; init; }

    public required string Source { get; init; }

    /// <summary>The provider's id; unique within the source.</summary>
    public required string EventId { get; init; }

    public required string Type { get; init; }

    /// <summary>See <see cref="ProviderEvent.ObjectHash"/>.</summary>
    public required string ObjectHash { get; init; }

    /// <summary>When it happened by the provider's clock.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>When it first came.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How often it came.</summary>
    public int Deliveries { get; init; }

    /// <summary>What became of it.</summary>
    public required string Outcome { get; init; }

    /// <summary>A sentence on that, for operators.</summary>
    public string? Detail { get; init; }

    /// <summary>Somebody has to look at it.</summary>
    public bool Flagged { get; init; }

    /// <summary>Whom it is about; null when that is not known (any more).</summary>
    public Guid? UserId { get; init; }

    /// <summary>The body as it came, encrypted, since it names a person; null when it is no longer kept.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>How often an operator had it handled again.</summary>
    public int Replays { get; init; }

    public DateTimeOffset? ReplayedAt { get; init; }
}
