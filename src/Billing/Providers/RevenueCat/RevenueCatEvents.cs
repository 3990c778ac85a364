using Heretix.Billing.Events;
using Heretix.Billing.Events.Sources;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Platform.Database;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers.RevenueCat;

/// <summary>
/// RevenueCat's events about purchases in the stores of apps. Each says all about its purchase at a moment in milliseconds, so
/// of two the later holds, and nothing has to be fetched. A purchase opens the plan of one user: of the one whom the latest
/// word names.
/// </summary>
internal sealed class RevenueCatEvents(
    Subscriptions.Subscriptions subscriptions,
    RevenueCatPurchases purchases,
    ProviderSettings settings,
    PlanCatalogue plans,
    IOptions<ProviderOptions> options,
    IOptions<BillingOptions> billing
) : IEventHandler
{
    private const string Transfer = "TRANSFER";

    public string Source => RevenueCatSource.Source;

    public IReadOnlyCollection<string> Types { get; } =
    [
        "INITIAL_PURCHASE",
        "RENEWAL",
        "PRODUCT_CHANGE",
        "CANCELLATION",
        "UNCANCELLATION",
        "BILLING_ISSUE",
        "EXPIRATION",
        "SUBSCRIPTION_PAUSED",
        "SUBSCRIPTION_EXTENDED",
        Transfer,
    ];

    public ValueTask<Preparation> PrepareAsync(ProviderEvent received, bool fetch, CancellationToken cancellationToken)
    {
        var said = RevenueCatEvent.Read(received.Object);
        if (said.IsSandbox && !settings.TakesSandbox)
            return Only(EventOutcome.Ignored with { Detail = "A purchase in the sandbox of a store." });
        if (received.OccurredAt is not { } asOf)
            return Only(EventOutcome.Flag("no_time", "It does not say when it happened; nothing was changed."));
        return new(
            new Preparation.Ready(
                (db, stop) =>
                    received.Type == Transfer
                        ? purchases.TransferAsync(db, said, asOf, stop)
                        : ApplyAsync(db, received.Type, said, asOf, stop)
            )
        );
    }

    private static ValueTask<Preparation> Only(EventOutcome outcome) => new(Preparation.Ready.With(outcome));

    private async Task<EventOutcome> ApplyAsync(
        HeretixDb db,
        string type,
        RevenueCatEvent said,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        if (await RevenueCatPurchases.UserAsync(db, said.Users, cancellationToken) is not { } user)
            return EventOutcome.UnknownUser with { KeepsContent = said.Users.Count == 0 };
        if (PlanOf(said.Entitlements) is not { } plan)
            return EventOutcome.Flag(
                "unknown_entitlement",
                "None of its entitlements opens a plan; see Heretix:Billing:RevenueCatStarter, Core and Pro."
            ) with
            {
                UserId = user,
            };
        var state = RevenueCatStates.Of(type, said, user, plan, asOf, billing.Value.RenewalGrace)!;
        if (!await purchases.TakeFromOthersAsync(db, user, said.Purchase, asOf, cancellationToken))
            return EventOutcome.Stale with { UserId = user };
        var change = await subscriptions.ApplyAsync(db, state, cancellationToken);
        if (change == SubscriptionChange.Doubtful)
            change = await DecideAsync(db, state, cancellationToken);
        return new EventOutcome(
            change switch
            {
                SubscriptionChange.Applied => EventOutcome.Applied.Name,
                SubscriptionChange.Unchanged => EventOutcome.Unchanged.Name,
                _ => EventOutcome.Stale.Name,
            }
        )
        {
            UserId = user,
        };
    }

    /// <summary>
    /// A doubt that a fetch would settle. The later word holds; of two of the same millisecond the one that keeps the plan
    /// for longer, whichever came first.
    /// </summary>
    private async Task<SubscriptionChange> DecideAsync(
        HeretixDb db,
        SubscriptionState state,
        CancellationToken cancellationToken
    )
    {
        var rows = await Subscriptions.Subscriptions.LockAsync(db, state.UserId, cancellationToken);
        var row = rows.Find(held => held.Source == state.Source)!;
        var later =
            state.AsOf > row.AsOf
            || (
                state.AsOf == row.AsOf
                && row.CurrentPeriodEnd is { } held
                && (state.CurrentPeriodEnd is not { } end || end > held)
            );
        return later
            ? await subscriptions.ApplyAsync(db, state with { Fetched = true }, cancellationToken)
            : SubscriptionChange.Stale;
    }

    /// <summary>The highest plan that one of the entitlements opens.</summary>
    private string? PlanOf(IReadOnlyList<string> entitlements)
    {
        (string Plan, string Entitlement)[] known =
        [
            (PlanNames.Starter, options.Value.RevenueCatStarter),
            (PlanNames.Core, options.Value.RevenueCatCore),
            (PlanNames.Pro, options.Value.RevenueCatPro),
        ];
        return known
            .Where(pair =>
                pair.Entitlement.Length > 0 && entitlements.Contains(pair.Entitlement, StringComparer.Ordinal)
            )
            .OrderByDescending(pair => plans[pair.Plan].Rank)
            .Select(pair => pair.Plan)
            .FirstOrDefault();
    }
}
