using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Events;

/// <summary>
/// Takes events in, each once. Its record and its effect commit together; when they cannot, nothing of it is there and the
/// provider is asked to send it again. Providers are asked only between transactions.
/// </summary>
internal sealed class EventIntake(
    IDbContextFactory<HeretixDb> contexts,
    EventRecords records,
    EventHandlers handlers,
    EventMetrics metrics,
    ILogger<EventIntake> log
)
{
    public async Task<Receipt> ReceiveAsync(ProviderEvent received, CancellationToken cancellationToken)
    {
        // Asked first, so that a repetition costs no question to the provider.
        if (await KnownAsync(received, cancellationToken) is { } known)
            return known;
        foreach (var fetch in (bool[])[false, true])
        {
            var prepared = await handlers.PrepareAsync(received, fetch, cancellationToken);
            if (prepared is Preparation.Unavailable away)
            {
                metrics.Received(received.Source, "postponed");
                Log.EventPostponed(log, received.EventId, received.Source);
                return new Receipt.Postponed(away.RetryAfter);
            }
            var effect = ((Preparation.Ready)prepared).Effect;
            var outcome = await CommitAsync(received, effect, isLast: fetch, cancellationToken);
            if (outcome is null)
                return (await KnownAsync(received, cancellationToken))!;
            if (outcome.IsDoubtful)
                continue;
            Tell(received, outcome);
            return new Receipt.Recorded(outcome.Name);
        }
        throw new InvalidOperationException("what was fetched leaves no doubt");
    }

    /// <summary>What became of it; null when another delivery of the same event was quicker.</summary>
    private async Task<EventOutcome?> CommitAsync(
        ProviderEvent received,
        EventEffect effect,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await records.TakeAsync(db, received, cancellationToken) is not { } id)
            return null;
        var outcome = await effect(db, cancellationToken);
        if (outcome.IsDoubtful)
        {
            if (!isLast)
                return outcome;
            outcome = EventOutcome.Flag(
                "undecided",
                "What it says contradicts what is stored, and fetching did not help."
            );
        }
        await records.FinishAsync(db, id, received, outcome, cancellationToken);
        if (outcome.Last is { } last)
            await last(db, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    private async Task<Receipt?> KnownAsync(ProviderEvent received, CancellationToken cancellationToken)
    {
        if (await records.CameAgainAsync(received, cancellationToken) is not { } same)
            return null;
        metrics.Received(received.Source, same ? "duplicate" : "contradiction");
        if (!same)
        {
            metrics.Flagged(received.Source, "contradiction");
            Log.EventContradicts(log, received.EventId, received.Source);
        }
        return new Receipt.Repeated();
    }

    private void Tell(ProviderEvent received, EventOutcome outcome)
    {
        metrics.Received(received.Source, outcome.Name);
        if (!outcome.Flagged)
        {
            Log.EventDone(log, received.EventId, received.Source, received.Type, outcome.Name);
            return;
        }
        metrics.Flagged(received.Source, outcome.Name);
        Log.EventFlagged(log, received.EventId, received.Source, received.Type, outcome.Name, outcome.Detail);
    }
}

/// <summary>What the sender of an event is told.</summary>
internal abstract record Receipt
{
    private Receipt() { }

    /// <summary>It is recorded, with its effect.</summary>
    public sealed record Recorded(string Outcome) : Receipt;

    /// <summary>It was already.</summary>
    public sealed record Repeated : Receipt;

    /// <summary>It is not: send it again.</summary>
    public sealed record Postponed(TimeSpan RetryAfter) : Receipt;
}
