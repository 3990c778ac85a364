using System.Text;
using Heretix.Billing.Events.Sources;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Events;

/// <summary>The events that came, for operators: listed, shown, and handled again.</summary>
public sealed class EventArchive
{
    private readonly DatabaseConnections connections;
    private readonly IReadOnlyList<IEventSource> sources;
    private readonly EventHandlers handlers;
    private readonly IFieldCipher cipher;
    private readonly TimeProvider time;

    internal EventArchive(
        DatabaseConnections connections,
        IEnumerable<IEventSource> sources,
        EventHandlers handlers,
        IFieldCipher cipher,
        TimeProvider time
    ) =>
        (this.connections, this.sources, this.handlers, this.cipher, this.time) = (
            connections,
            [.. sources],
            handlers,
            cipher,
            time
        );

    /// <summary>The newest events that are asked for.</summary>
    public async Task<IReadOnlyList<EventEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = connections.OpenUnpooled();
        var found = db.Set<StoredEvent>().AsNoTracking();
        if (filter.Source is { } source)
            found = found.Where(stored => stored.Source == source);
        if (filter.Type is { } type)
            found = found.Where(stored => stored.Type == type);
        if (filter.Flagged)
            found = found.Where(stored => stored.Flagged);
        if (filter.Since is { } since)
            found = found.Where(stored => stored.ReceivedAt >= since);
        return
        [
            .. (
                await found
                    .OrderByDescending(stored => stored.ReceivedAt)
                    .ThenByDescending(stored => stored.Id)
                    .Take(filter.Limit)
                    .ToListAsync(cancellationToken)
            ).Select(EventEntry.Of),
        ];
    }

    /// <summary>One event with its content; null when there is none of that id.</summary>
    /// <param name="id">Its id here, or the provider's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(EventEntry Entry, string? Content)?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = connections.OpenUnpooled();
        return await StoredAsync(db, id, cancellationToken) is { } stored
            ? (EventEntry.Of(stored), Body(stored) is { } body ? Encoding.UTF8.GetString(body) : null)
            : null;
    }

    /// <summary>
    /// Handles an event again, with its object as the provider has it now. What holds already is not changed, so it can be
    /// repeated.
    /// </summary>
    /// <param name="id">Its id here, or the provider's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<EventReplay> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        StoredEvent? stored;
        await using (var db = connections.OpenUnpooled())
            stored = await StoredAsync(db, id, cancellationToken);
        if (stored is null)
            return new EventReplay.Unknown();
        if (Body(stored) is not { } body)
            return new EventReplay.ContentGone();
        var source = sources.First(source => source.Name == stored.Source);
        if (source.Read(body, stored.EventId) is not { } received)
            return new EventReplay.ContentGone();
        return await handlers.PrepareAsync(received, fetch: true, cancellationToken) switch
        {
            Preparation.Ready ready => await CommitAsync(stored, ready.Effect, cancellationToken),
            _ => new EventReplay.ProviderUnavailable(),
        };
    }

    private async Task<EventReplay> CommitAsync(
        StoredEvent stored,
        EventEffect effect,
        CancellationToken cancellationToken
    )
    {
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using (
            var locked = db.InTransaction(
                "select 1 from billing.processed_webhook_events where id = $1 for no key update",
                stored.Id
            )
        )
            await locked.ExecuteNonQueryAsync(cancellationToken);
        var outcome = await effect(db, cancellationToken);
        await using (
            var note = db.InTransaction(
                """
                update billing.processed_webhook_events
                set outcome = $2, detail = $3, flagged = $4, user_id = $5, replays = replays + 1, replayed_at = $6,
                    payload = case when $7 then payload end
                where id = $1
                """,
                stored.Id,
                outcome.Name,
                outcome.Detail,
                outcome.Flagged,
                outcome.UserId,
                time.GetUtcNow(),
                outcome.KeepsContent
            )
        )
            await note.ExecuteNonQueryAsync(cancellationToken);
        if (outcome.Last is { } last)
            await last(db, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new EventReplay.Done(outcome.Name, outcome.Detail);
    }

    private byte[]? Body(StoredEvent stored) =>
        stored.Payload is { } payload ? cipher.Decrypt(payload, StoredEvent.Purpose) : null;

    private static Task<StoredEvent?> StoredAsync(HeretixDb db, string id, CancellationToken cancellationToken)
    {
        var own = Guid.TryParse(id, out var parsed) ? parsed : (Guid?)null;
        return db.Set<StoredEvent>()
            .AsNoTracking()
            .Where(stored => stored.Id == own || stored.EventId == id)
            .OrderByDescending(stored => stored.ReceivedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }
}

/// <summary>Which events to list.</summary>
/// <param name="Source">Only of this provider.</param>
/// <param name="Type">Only of this type.</param>
/// <param name="Flagged">Only those that somebody has to look at.</param>
/// <param name="Since">Only those that came since then.</param>
/// <param name="Limit">At most so many.</param>
public sealed record EventFilter(string? Source, string? Type, bool Flagged, DateTimeOffset? Since, int Limit);

/// <summary>What became of a replay.</summary>
public abstract record EventReplay
{
    private EventReplay() { }

    /// <summary>It was handled.</summary>
    public sealed record Done(string Outcome, string? Detail) : EventReplay;

    /// <summary>There is no such event.</summary>
    public sealed record Unknown : EventReplay;

    /// <summary>Its content is no longer kept.</summary>
    public sealed record ContentGone : EventReplay;

    /// <summary>The provider has to be asked and does not answer.</summary>
    public sealed record ProviderUnavailable : EventReplay;
}
