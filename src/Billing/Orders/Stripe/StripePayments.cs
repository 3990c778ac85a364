using System.Globalization;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Stripe;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Orders.Stripe;

/// <summary>What is asked of Stripe for single payments.</summary>
internal sealed class StripePayments(ProviderHttp http, ProviderSettings settings, IOptions<ProviderOptions> options)
{
    /// <summary>A PaymentIntent for an order. Nothing of the buyer is told: the order's id is all that Stripe gets of us.</summary>
    /// <param name="order">The order.</param>
    /// <param name="window">
    /// Part of the key: Stripe remembers failures under a key, so a later attempt has another. An intent that an earlier one
    /// left behind is harmless, because nobody got its secret.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ProviderAnswer> CreateIntentAsync(
        PaymentOrder order,
        long window,
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            "create a payment intent",
            HttpMethod.Post,
            "/v1/payment_intents",
            string.Create(CultureInfo.InvariantCulture, $"heretix-order-{order.Id:N}-{window}"),
            cancellationToken,
            ("amount", Number(order.Amount)),
            ("currency", order.Currency.ToLowerInvariant()),
            ("automatic_payment_methods[enabled]", "true"),
            ("description", string.Create(CultureInfo.InvariantCulture, $"{order.Coins} coins")),
            ("metadata[order_id]", order.Id.ToString("D"))
        );

    public Task<ProviderAnswer> IntentAsync(string intent, CancellationToken cancellationToken) =>
        AskAsync("read a payment intent", HttpMethod.Get, PathOf(intent), null, cancellationToken);

    /// <summary>Ends an intent; refused when it was paid.</summary>
    public Task<ProviderAnswer> CancelIntentAsync(string intent, CancellationToken cancellationToken) =>
        AskAsync(
            "cancel a payment intent",
            HttpMethod.Post,
            PathOf(intent) + "/cancel",
            $"heretix-cancel-{intent}",
            cancellationToken
        );

    public Task<ProviderAnswer> RefundsOfAsync(string intent, CancellationToken cancellationToken) =>
        AskAsync(
            "list refunds",
            HttpMethod.Get,
            "/v1/refunds",
            null,
            cancellationToken,
            ("payment_intent", intent),
            ("limit", "100")
        );

    public Task<ProviderAnswer> DisputesOfAsync(string intent, CancellationToken cancellationToken) =>
        AskAsync(
            "list disputes",
            HttpMethod.Get,
            "/v1/disputes",
            null,
            cancellationToken,
            ("payment_intent", intent),
            ("limit", "100")
        );

    public Task<ProviderAnswer> RefundAsync(
        PaymentOrder order,
        PaymentReversal refund,
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            "refund a payment",
            HttpMethod.Post,
            "/v1/refunds",
            $"heretix-refund-{refund.Id:N}",
            cancellationToken,
            ("payment_intent", order.ProviderOrderId!),
            ("amount", Number(refund.Amount)),
            ("metadata[order_id]", order.Id.ToString("D")),
            ("metadata[refund_id]", refund.Id.ToString("D"))
        );

    private static string PathOf(string intent) => $"/v1/payment_intents/{Uri.EscapeDataString(intent)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private Task<ProviderAnswer> AskAsync(
        string operation,
        HttpMethod method,
        string path,
        string? key,
        CancellationToken cancellationToken,
        params (string, string)[] form
    )
    {
        var secret =
            settings.StripeKey
            ?? throw new InvalidOperationException("Stripe is asked, but there is no STRIPE_SECRET.");
        return http.AskAsync(
            new ProviderQuestion(
                StripeClient.Source,
                operation,
                () => StripeWire.Request(options.Value.StripeAddress, secret, method, path, form, key),
                MayRepeat: true,
                StripeWire.ReadError
            ),
            cancellationToken
        );
    }
}
