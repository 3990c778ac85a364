using System.Text.Json;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Packages;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Stripe;

namespace Heretix.Billing.Orders.Stripe;

/// <summary>Sells coins by Stripe, in US dollars: a PaymentIntent for each order.</summary>
internal sealed class StripeCoins(StripePayments stripe, ProviderSettings settings, TimeProvider time) : ICoinSeller
{
    public string Provider => StripeClient.Source;

    public bool IsSetUp => settings.SellsByStripe;

    public Price PriceOf(CreditPackage package) => Price.Of(package.PriceUsd, "USD");

    public async Task<Opening> OpenAsync(PaymentOrder order, CancellationToken cancellationToken)
    {
        var window = (long)(time.GetUtcNow() - order.CreatedAt).TotalHours;
        return Opened(await stripe.CreateIntentAsync(order, window, cancellationToken));
    }

    public async Task<Opening> ReopenAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        Opened(await stripe.IntentAsync(order.ProviderOrderId!, cancellationToken));

    public Task<Asked> AskAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        AllOfAsync(order.ProviderOrderId!, cancellationToken);

    public async Task<Asked> CloseAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        await stripe.CancelIntentAsync(order.ProviderOrderId!, cancellationToken) switch
        {
            ProviderAnswer.Ok ok => new Asked.Told([.. StripeFacts.Of(ok.Body)]),
            // It was paid a moment ago, or has ended already.
            ProviderAnswer.Refused or ProviderAnswer.Missing => await AskAsync(order, cancellationToken),
            var away => new Asked.Failed(away),
        };

    public async Task<Asked> RefundAsync(
        PaymentOrder order,
        PaymentReversal refund,
        bool again,
        CancellationToken cancellationToken
    )
    {
        if (again)
        {
            var listed = await stripe.RefundsOfAsync(order.ProviderOrderId!, cancellationToken);
            if (listed is not ProviderAnswer.Ok list)
                return new Asked.Failed(listed);
            var found = JsonMembers.Items(list.Body).SelectMany(StripeFacts.Of);
            if (found.OfType<PaymentFact.Reversed>().FirstOrDefault(each => each.Own == refund.Id) is { } made)
                return new Asked.Told(made);
        }
        return await stripe.RefundAsync(order, refund, cancellationToken) switch
        {
            ProviderAnswer.Ok ok => new Asked.Told([
                .. StripeFacts
                    .Of(ok.Body)
                    .Select(fact => fact is PaymentFact.Reversed made ? made with { Own = refund.Id } : fact),
            ]),
            var answer => new Asked.Failed(answer),
        };
    }

    /// <summary>Everything that Stripe knows about a payment.</summary>
    public async Task<Asked> AllOfAsync(string intent, CancellationToken cancellationToken)
    {
        var facts = new List<PaymentFact>();
        var answered = await stripe.IntentAsync(intent, cancellationToken);
        if (answered is not ProviderAnswer.Ok payment)
            return new Asked.Failed(answered);
        facts.AddRange(StripeFacts.Of(payment.Body));
        if (!facts.OfType<PaymentFact.Paid>().Any())
            return new Asked.Told(facts);
        foreach (
            var ask in (Func<string, CancellationToken, Task<ProviderAnswer>>[])
                [stripe.RefundsOfAsync, stripe.DisputesOfAsync]
        )
        {
            answered = await ask(intent, cancellationToken);
            if (answered is not ProviderAnswer.Ok list)
                return new Asked.Failed(answered);
            facts.AddRange(JsonMembers.Items(list.Body).SelectMany(StripeFacts.Of));
        }
        return new Asked.Told(facts);
    }

    private static Opening Opened(ProviderAnswer answer) =>
        answer is not ProviderAnswer.Ok ok ? new Opening.Failed(answer)
        : ProviderId.Read(JsonMembers.Text(ok.Body, "id")) is { } id
            ? new Opening.Ready(id, ClientSecret: IsOpen(ok.Body) ? JsonMembers.Text(ok.Body, "client_secret") : null)
        : new Opening.Failed(new ProviderAnswer.Unavailable(TimeSpan.Zero));

    private static bool IsOpen(JsonElement intent) =>
        JsonMembers.Text(intent, "status") is not ("succeeded" or "canceled");
}
