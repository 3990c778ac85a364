using Heretix.Billing.Subscriptions;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>
/// Asks Stripe for subscriptions whose period has ended without a word: the event of their renewal or end was lost. A bounded
/// number at a time, and each again only after some hours.
/// </summary>
internal sealed class StripeOverdue(
    StripeClient stripe,
    StripeStanding standing,
    ProviderSettings settings,
    TimeProvider time,
    ILogger<StripeOverdue> log
) : IRecurringJobHandler
{
    /// <summary>The kind of this job.</summary>
    public const string Kind = "billing.stripe_overdue";

    /// <summary>How often it looks.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(15);

    private const int AtOnce = 100;

    /// <summary>Events come within minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(6);

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!settings.SellsByStripe)
            return;
        var (asked, changed, failed) = (0, 0, 0);
        foreach (var row in await OverdueAsync(run, stop))
        {
            asked++;
            var answer = await stripe.SubscriptionsOfAsync(row.ExternalCustomerId!, stop);
            // Whoever does not answer one question will not answer the next.
            if (answer is ProviderAnswer.Unavailable)
            {
                failed++;
                break;
            }
            failed += answer is ProviderAnswer.Ok ? 0 : 1;
            var all = answer is ProviderAnswer.Ok { Body: var list } ? StripeStanding.Read(list) : [];
            // It was asked after the row was read.
            var asOf = answer is ProviderAnswer.Ok ok && ok.AsOf > row.AsOf ? ok.AsOf : row.AsOf;
            await using var db = run.OpenDb();
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            var outcome = await standing.ApplyFetchedAsync(db, row.ExternalCustomerId!, row.UserId, all, asOf, stop);
            // The next run asks for others first.
            await using (
                var noted = db.InTransaction(
                    "update billing.subscriptions set updated_at = $2 where id = $1",
                    row.Id,
                    time.GetUtcNow()
                )
            )
                await noted.ExecuteNonQueryAsync(stop);
            if (outcome.Last is { } last)
                await last(db, stop);
            await transaction.CommitAsync(stop);
            changed += outcome.Name == Events.EventOutcome.Applied.Name ? 1 : 0;
        }
        if (asked > 0)
            Log.OverdueAsked(log, asked, changed, failed);
    }

    private async Task<List<Subscription>> OverdueAsync(JobRun run, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var (ended, silent) = (now - Patience, now - AskAgainAfter);
        await using var db = run.OpenDb();
        return await db.Set<Subscription>()
            .FromSql(
                $"""
                select * from billing.subscriptions
                where source = 'stripe' and status in ('active', 'past_due') and external_customer_id is not null
                    and current_period_end < {ended} and as_of < {silent} and updated_at < {silent}
                order by updated_at limit {AtOnce}
                """
            )
            .AsNoTracking()
            .ToListAsync(stop);
    }
}
