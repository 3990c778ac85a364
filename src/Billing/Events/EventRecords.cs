using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Events;

/// <summary>The table of events: a row for each, made in the transaction of its effect.</summary>
internal sealed class EventRecords(IDbContextFactory<HeretixDb> contexts, IFieldCipher cipher, TimeProvider time)
{
    /// <summary>Notes that an event came again; null when it is new, else whether it is the same event.</summary>
    public async Task<bool?> CameAgainAsync(ProviderEvent received, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var note = (await db.OpenAsync(cancellationToken)).Command(
            """
            update billing.processed_webhook_events
            set deliveries = deliveries + 1, flagged = flagged or object_hash <> $3,
                detail = case when object_hash <> $3 then 'It came again with another object.' else detail end
            where source = $1 and event_id = $2
            returning object_hash = $3
            """,
            received.Source,
            received.EventId,
            received.ObjectHash
        );
        return (bool?)await note.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>
    /// Takes the event's place in the open transaction; null when it is taken. Who comes while another transaction has it
    /// waits for the end of that one.
    /// </summary>
    public async Task<Guid?> TakeAsync(HeretixDb db, ProviderEvent received, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var insert = db.InTransaction(
            """
            insert into billing.processed_webhook_events
                (id, source, event_id, type, object_hash, occurred_at, received_at, deliveries, outcome, flagged, replays)
            values ($1, $2, $3, $4, $5, $6, $7, 1, '', false, 0)
            on conflict (source, event_id) do nothing returning id
            """,
            Guid.CreateVersion7(now),
            received.Source,
            received.EventId,
            received.Type,
            received.ObjectHash,
            received.OccurredAt,
            now
        );
        return (Guid?)await insert.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Writes what became of it, in the same transaction.</summary>
    public async Task FinishAsync(
        HeretixDb db,
        Guid id,
        ProviderEvent received,
        EventOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        await using var finish = db.InTransaction(
            """
            update billing.processed_webhook_events
            set outcome = $2, detail = $3, flagged = $4, user_id = $5, payload = $6 where id = $1
            """,
            id,
            outcome.Name,
            outcome.Detail,
            outcome.Flagged,
            outcome.UserId,
            outcome.KeepsContent ? cipher.Encrypt(received.Body.Span, StoredEvent.Purpose) : null
        );
        await finish.ExecuteNonQueryAsync(cancellationToken);
    }
}
