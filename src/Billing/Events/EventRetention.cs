using Heretix.Billing.Providers;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Events;

/// <summary>
/// Lets go of what old events said about people. That they came, and what became of them, is kept: an event that is sent once
/// more has no second effect.
/// </summary>
internal sealed class EventRetention(IOptions<ProviderOptions> options, TimeProvider time) : IRecurringJobHandler
{
    /// <summary>The kind of this job.</summary>
    public const string Kind = "billing.event_retention";

    /// <summary>When it runs (UTC).</summary>
    public static TimeOnly At { get; } = new(3, 40);

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        var before = time.GetUtcNow() - options.Value.EventRetention;
        await using var db = run.OpenDb();
        await db.Set<StoredEvent>()
            .Where(stored => stored.ReceivedAt < before && stored.Payload != null)
            .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.Payload, (byte[]?)null), stop);
    }
}
