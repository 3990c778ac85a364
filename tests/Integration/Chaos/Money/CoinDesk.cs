using System.Text;
using System.Text.Json.Nodes;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>A payment of an order as its provider has it at the end.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Order">Its id of the order.</param>
/// <param name="Amount">The price in minor units.</param>
/// <param name="Paid">Whether it was paid.</param>
internal sealed record ProviderPayment(string Provider, string Order, long Amount, bool Paid);

/// <summary>A refund or dispute as its provider has it at the end.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Id">Its id of it.</param>
/// <param name="Order">Its id of the order.</param>
/// <param name="Amount">In minor units.</param>
/// <param name="Away">Whether the money is away.</param>
/// <param name="Wish">Our refund that it is, as the provider was told; empty for none.</param>
internal sealed record ProviderReversal(string Provider, string Id, string Order, long Amount, bool Away, string Wish);

/// <summary>Payments of orders at both providers: what buyers and their banks do, and Razorpay's events as letters.</summary>
internal sealed class CoinDesk(StripeStub stripe, StripeDesk stripeDesk, RazorpayStub razorpay, Postman postman)
{
    private readonly Lock turn = new();
    private int posted;

    /// <summary>Hands over what has happened since the last time.</summary>
    public void Post()
    {
        stripeDesk.Post();
        lock (turn)
        {
            foreach (var happened in razorpay.EventsAfter(posted))
            {
                posted++;
                postman.Post(new Letter("razorpay", happened.Id, server => Request(happened, server)));
            }
        }
    }

    /// <summary>Pays an order, perhaps after a card was declined. Gives the payment, if it was still to be paid.</summary>
    public string? Pay(StormOrder order, Random chance)
    {
        var declined = chance.Next(6) == 0;
        string? payment;
        if (order.Provider == "stripe")
        {
            if (declined)
                stripe.TryDecline(order.ProviderOrder);
            payment = stripe.TryPayIntent(order.ProviderOrder) ? order.ProviderOrder : null;
        }
        else
        {
            if (declined)
                razorpay.FailPayment(order.ProviderOrder);
            payment = razorpay.TryPay(order.ProviderOrder);
        }
        Post();
        return payment;
    }

    /// <summary>Refunds in the provider's dashboard, disputes, or decides about either.</summary>
    public void Reverse(StormOrder order, Random chance)
    {
        var (what, share, flag) = (chance.Next(5), chance.NextDouble(), chance.Next(2) == 0);
        if (order.Provider == "stripe")
            _ = what switch
            {
                < 2 => stripe.TryRefund(order.ProviderOrder, flag ? 1 : share, atOnce: chance.Next(3) > 0),
                2 => stripe.TryEndRefund(order.ProviderOrder, flag),
                _ => stripe.TryDispute(order.ProviderOrder, won: flag),
            };
        else
            _ = what switch
            {
                < 3 => razorpay.TryRefund(order.ProviderOrder, flag ? 1 : share),
                _ => razorpay.TryDispute(order.ProviderOrder, won: flag),
            };
        Post();
    }

    /// <summary>Every payment that somebody could make.</summary>
    public IEnumerable<ProviderPayment> Payments() =>
        [
            .. stripe
                .Copies("payment_intent")
                .Select(intent => new ProviderPayment(
                    "stripe",
                    Text(intent, "id"),
                    (long)intent["amount"]!,
                    Text(intent, "status") == "succeeded"
                )),
            .. razorpay
                .All("order")
                .Select(order => new ProviderPayment(
                    "razorpay",
                    Text(order, "id"),
                    (long)order["amount"]!,
                    Text(order, "status") == "paid"
                )),
        ];

    /// <summary>Everything that went back, or was to.</summary>
    public IEnumerable<ProviderReversal> Reversals()
    {
        var orders = razorpay
            .All("payment")
            .ToDictionary(payment => Text(payment, "id"), payment => Text(payment, "order_id"));
        return
        [
            .. stripe
                .Copies("refund")
                .Concat(stripe.Copies("dispute"))
                .Select(back => new ProviderReversal(
                    "stripe",
                    Text(back, "id"),
                    Text(back, "payment_intent"),
                    (long)back["amount"]!,
                    Text(back, "status") is not ("failed" or "won"),
                    (string?)back["metadata"]?["refund_id"] ?? ""
                )),
            .. razorpay
                .All("refund")
                .Concat(razorpay.All("dispute"))
                .Select(back => new ProviderReversal(
                    "razorpay",
                    Text(back, "id"),
                    orders[Text(back, "payment_id")],
                    (long)back["amount"]!,
                    Text(back, "status") is not "won",
                    back["notes"] is JsonObject notes ? (string?)notes["refund_id"] ?? "" : ""
                )),
        ];
    }

    private static HttpRequestMessage Request(RazorpayEvent happened, Uri server)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/api/razorpay/webhook"))
        {
            Content = new StringContent(happened.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Razorpay-Event-Id", happened.Id);
        request.Headers.Add("X-Razorpay-Signature", RazorpayDeliveries.Sign(happened.Body));
        return request;
    }

    private static string Text(JsonObject about, string member) => (string)about[member]!;
}
