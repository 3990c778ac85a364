using System.Text.Json;
using Heretix.Billing.Events;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>
/// Stripe's events about subscriptions. What an event says of a subscription in good order is applied as it is; for everything
/// else (an end, a payment that failed, an invoice, a checkout, a doubt) all subscriptions of the customer are fetched and
/// applied as they are now, so that it does not matter in which order events come.
/// </summary>
internal sealed class StripeEvents(StripeClient stripe, StripeStanding standing, ProviderSettings settings)
    : IEventHandler
{
    private const string Subscription = "customer.subscription.";
    private const string Checkout = "checkout.session.completed";

    public string Source => StripeClient.Source;

    public IReadOnlyCollection<string> Types { get; } =
    [
        Checkout,
        Subscription + "created",
        Subscription + "updated",
        Subscription + "deleted",
        Subscription + "paused",
        Subscription + "resumed",
        "invoice.paid",
        "invoice.payment_failed",
    ];

    public async ValueTask<Preparation> PrepareAsync(
        ProviderEvent received,
        bool fetch,
        CancellationToken cancellationToken
    )
    {
        if (Read(received) is not { } about)
            return Preparation.Ready.With(EventOutcome.Ignored);
        var occurred = received.OccurredAt ?? DateTimeOffset.UnixEpoch;
        if (!fetch && about.Sent is { IsInOrder: true } sent && received.OccurredAt is not null)
            return new Preparation.Ready((db, stop) => standing.ApplySentAsync(db, sent, occurred, stop));
        if (!settings.SellsByStripe)
            return Preparation.Ready.With(
                EventOutcome.Flag(
                    "not_configured",
                    "Stripe has to be asked and STRIPE_SECRET is not set; set it and replay the event."
                )
            );
        return await stripe.SubscriptionsOfAsync(about.Customer, cancellationToken) switch
        {
            // It was asked after the event had come, so it knows what the event says.
            ProviderAnswer.Ok ok => Fetched(
                about,
                StripeStanding.Read(ok.Body),
                ok.AsOf > occurred ? ok.AsOf : occurred
            ),
            // The customer was deleted: what is known of the subscription is what the event says.
            ProviderAnswer.Missing or ProviderAnswer.Refused { Code: "resource_missing" } => Fetched(
                about,
                about.Sent is { } last ? [last] : [],
                occurred
            ),
            ProviderAnswer.Unavailable away => new Preparation.Unavailable(away.RetryAfter),
            ProviderAnswer.Refused refused => Preparation.Ready.With(
                EventOutcome.Flag(
                    "provider_refused",
                    $"Stripe refused to list the subscriptions (HTTP {refused.Status}, {refused.Code}); put that right and replay the event."
                )
            ),
            var other => throw new InvalidOperationException($"no way to go on after {other}"),
        };
    }

    private Preparation.Ready Fetched(About about, IReadOnlyList<StripeSubscription> all, DateTimeOffset asOf) =>
        new((db, stop) => standing.ApplyFetchedAsync(db, about.Customer, about.User, all, asOf, stop));

    /// <summary>Which customer, and which subscription, an event is about; null when it is about none.</summary>
    private static About? Read(ProviderEvent received)
    {
        var json = received.Object;
        if (received.Type.StartsWith(Subscription, StringComparison.Ordinal))
            return StripeSubscription.Read(json) is { } sent ? new About(sent.Customer, sent.UserId, sent) : null;
        if (JsonMembers.Id(json, "customer") is not { } customer || SubscriptionOf(json) is null)
            return null;
        var named =
            received.Type == Checkout
            && (
                Guid.TryParse(JsonMembers.Text(json, "client_reference_id"), out var user)
                || (
                    json.TryGetProperty("metadata", out var metadata)
                    && Guid.TryParse(JsonMembers.Text(metadata, "user_id"), out user)
                )
            )
                ? user
                : (Guid?)null;
        return new About(customer, named, null);
    }

    /// <summary>Since 2025 an invoice names its subscription below <c>parent</c>.</summary>
    private static string? SubscriptionOf(JsonElement json) =>
        JsonMembers.Id(json, "subscription")
        ?? (
            json.TryGetProperty("parent", out var parent)
            && parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty("subscription_details", out var details)
                ? JsonMembers.Id(details, "subscription")
                : null
        );

    private sealed record About(string Customer, Guid? User, StripeSubscription? Sent);
}
