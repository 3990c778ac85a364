using Heretix.Billing.Events;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>
/// Applies what Stripe says about a customer's subscriptions: a single one as it was sent, or all of them as they were
/// fetched. There is one row for a user and Stripe. Should there be several live subscriptions (two pages paid side by side
/// somewhere else, say), the highest counts, and somebody is told to look at it.
/// </summary>
internal sealed class StripeStanding(
    Subscriptions.Subscriptions subscriptions,
    StripeCustomers customers,
    ProviderSettings settings,
    PlanCatalogue plans,
    IJobQueue jobs,
    TimeProvider time
)
{
    /// <summary>Applies one subscription as an event has it.</summary>
    public async Task<EventOutcome> ApplySentAsync(
        HeretixDb db,
        StripeSubscription sent,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        var owner = await customers.OwnerAsync(db, sent.Customer, sent.UserId, cancellationToken);
        if (owner is not CustomerOwner.Known known)
            return OfStranger(owner);
        if (settings.PlanOf(sent.Price) is not { } plan)
            return UnknownPrice(sent) with { UserId = known.UserId };
        var state = StripeStates.Of(sent, known.UserId, plan, asOf, fetched: false);
        var change = await subscriptions.ApplyAsync(db, state, cancellationToken);
        return OutcomeOf(change) with { UserId = known.UserId, Last = AfterLeaving(known, [sent]) };
    }

    /// <summary>Applies all subscriptions of a customer as they were fetched.</summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="customer">Whose they are.</param>
    /// <param name="named">The user whom our checkout named, in case the customer is not known.</param>
    /// <param name="fetched">All of them.</param>
    /// <param name="asOf">When Stripe said so.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<EventOutcome> ApplyFetchedAsync(
        HeretixDb db,
        string customer,
        Guid? named,
        IReadOnlyList<StripeSubscription> fetched,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        named ??= fetched.Select(each => each.UserId).FirstOrDefault(user => user is not null);
        var owner = await customers.OwnerAsync(db, customer, named, cancellationToken);
        if (owner is not CustomerOwner.Known known)
            return OfStranger(owner);
        var rows = await Subscriptions.Subscriptions.LockAsync(db, known.UserId, cancellationToken);
        var held = rows.Find(row => row.Source == StripeClient.Source);
        // A price that was taken off the list still ends what it had opened.
        var readable = fetched
            .Select(each =>
                (Subscription: each, Plan: settings.PlanOf(each.Price) ?? (each.IsLive ? null : PlanHeld(held, each)))
            )
            .Where(each => each.Plan is not null)
            .Select(each => StripeStates.Of(each.Subscription, known.UserId, each.Plan!, asOf, fetched: true))
            .ToList();
        var live = fetched.Where(each => each.IsLive).ToList();
        if (Chosen(readable, live, held) is not { } chosen)
            return (live.Count > 0 ? UnknownPrice(live[0]) : EventOutcome.Unchanged) with { UserId = known.UserId };

        var changes = new List<SubscriptionChange>();
        // First what became of the one that is stored, so that the other finds it as it is now.
        if (
            held?.ExternalSubscriptionId != chosen.ExternalSubscriptionId
            && readable.Find(state => state.ExternalSubscriptionId == held?.ExternalSubscriptionId) is { } own
        )
            changes.Add(await subscriptions.ApplyAsync(db, own, cancellationToken));
        changes.Add(await subscriptions.ApplyAsync(db, chosen, cancellationToken));
        var outcome =
            live.Count > 1
                ? EventOutcome.Flag(
                    "several_subscriptions",
                    $"Customer {customer} has {live.Count} live subscriptions ({string.Join(", ", live.Select(each => each.Id))}); "
                        + $"{chosen.ExternalSubscriptionId} counts. Cancel and refund the other at Stripe."
                )
            : live.Find(each => settings.PlanOf(each.Price) is null) is { } strange ? UnknownPrice(strange)
            : OutcomeOf(changes.Contains(SubscriptionChange.Applied) ? SubscriptionChange.Applied : changes[^1]);
        return outcome with { UserId = known.UserId, Last = AfterLeaving(known, live) };
    }

    /// <summary>Reads a fetched list.</summary>
    public static IReadOnlyList<StripeSubscription> Read(System.Text.Json.JsonElement list) =>
        [.. JsonMembers.Items(list).Select(StripeSubscription.Read).OfType<StripeSubscription>()];

    /// <summary>
    /// The highest of those that are live, and of two equal ones that which is stored; without any, the stored one, or else
    /// the newest.
    /// </summary>
    private SubscriptionState? Chosen(
        List<SubscriptionState> readable,
        List<StripeSubscription> live,
        Subscription? held
    ) =>
        readable
            .OrderByDescending(state => live.Exists(each => each.Id == state.ExternalSubscriptionId))
            .ThenByDescending(state =>
                live.Exists(each => each.Id == state.ExternalSubscriptionId) ? plans[state.Plan].Rank : 0
            )
            .ThenByDescending(state => state.ExternalSubscriptionId == held?.ExternalSubscriptionId)
            .FirstOrDefault();

    private static string? PlanHeld(Subscription? held, StripeSubscription ended) =>
        held?.ExternalSubscriptionId == ended.Id ? held.Plan : null;

    private static EventOutcome OfStranger(CustomerOwner owner) =>
        owner switch
        {
            CustomerOwner.Another another => EventOutcome.Flag(
                "customer_mismatch",
                "Our checkout named a user who has another customer; nothing was changed."
            ) with
            {
                UserId = another.UserId,
            },
            CustomerOwner.Gone => EventOutcome.UnknownUser with { KeepsContent = false },
            _ => EventOutcome.UnknownUser,
        };

    private static EventOutcome UnknownPrice(StripeSubscription subscription) =>
        EventOutcome.Flag(
            "unknown_price",
            $"The price {subscription.Price ?? "(none)"} of {subscription.Id} belongs to no plan; add it to STRIPE_PRICE_... and replay the event."
        );

    public static EventOutcome OutcomeOf(SubscriptionChange change) =>
        change switch
        {
            SubscriptionChange.Applied => EventOutcome.Applied,
            SubscriptionChange.Unchanged => EventOutcome.Unchanged,
            SubscriptionChange.Stale => EventOutcome.Stale,
            _ => EventOutcome.Doubtful,
        };

    /// <summary>Who pays although they are leaving (on a page that was still open) is not charged again.</summary>
    private Func<HeretixDb, CancellationToken, Task>? AfterLeaving(
        CustomerOwner.Known owner,
        IReadOnlyList<StripeSubscription> paid
    ) =>
        owner.Leaves && paid.FirstOrDefault(each => each.IsLive && !each.EndsWithPeriod) is { } renewed
            ? (db, cancellationToken) =>
                StripeDeparture.EnqueueAsync(jobs, db, renewed.Customer, time.GetUtcNow(), cancellationToken)
            : null;
}
