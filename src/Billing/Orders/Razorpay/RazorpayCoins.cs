using System.Text.Json;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Packages;
using Heretix.Billing.Providers;

namespace Heretix.Billing.Orders.Razorpay;

/// <summary>Sells coins by Razorpay, in Indian rupees: an order of Razorpay's for each of ours.</summary>
internal sealed class RazorpayCoins(RazorpayClient razorpay, ProviderSettings settings) : ICoinSeller
{
    public string Provider => RazorpayFacts.Provider;

    public bool IsSetUp => settings.SellsByRazorpay;

    public Price PriceOf(CreditPackage package) => Price.Of(package.PriceInr, "INR");

    public async Task<Opening> OpenAsync(PaymentOrder order, CancellationToken cancellationToken)
    {
        var receipt = order.Id.ToString("N");
        var listed = await razorpay.OrdersOfAsync(receipt, cancellationToken);
        if (listed is not ProviderAnswer.Ok list)
            return new Opening.Failed(listed);
        foreach (var made in RazorpayFacts.Items(list.Body))
        {
            if (JsonMembers.Text(made, "receipt") == receipt && ProviderId.Read(JsonMembers.Text(made, "id")) is { } id)
                return Ready(id);
        }
        var answer = await razorpay.CreateOrderAsync(order, receipt, cancellationToken);
        return answer is not ProviderAnswer.Ok ok ? new Opening.Failed(answer)
            : ProviderId.Read(JsonMembers.Text(ok.Body, "id")) is { } created ? Ready(created)
            : new Opening.Failed(new ProviderAnswer.Unavailable(TimeSpan.Zero));
    }

    public Task<Opening> ReopenAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        Task.FromResult<Opening>(Ready(order.ProviderOrderId!));

    public async Task<Asked> AskAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        await AllOfAsync(order.ProviderOrderId!, (order.Amount, order.Currency), cancellationToken);

    /// <summary>Razorpay's orders stay open for ever; a payment that comes later is still credited.</summary>
    public Task<Asked> CloseAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        AskAsync(order, cancellationToken);

    public async Task<Asked> RefundAsync(
        PaymentOrder order,
        PaymentReversal refund,
        bool again,
        CancellationToken cancellationToken
    )
    {
        if (again)
        {
            var listed = await razorpay.RefundsOfAsync(order.ProviderPaymentId!, cancellationToken);
            if (listed is not ProviderAnswer.Ok list)
                return new Asked.Failed(listed);
            foreach (var made in RazorpayFacts.Items(list.Body))
            {
                if (RazorpayFacts.OfRefund(made) is { } found && found.Own == refund.Id)
                    return new Asked.Told(found);
            }
        }
        var answer = await razorpay.RefundAsync(order, refund, cancellationToken);
        return answer is not ProviderAnswer.Ok ok ? new Asked.Failed(answer)
            : RazorpayFacts.OfRefund(ok.Body) is { } fact ? new Asked.Told(fact with { Own = refund.Id })
            : new Asked.Failed(new ProviderAnswer.Unavailable(TimeSpan.Zero));
    }

    /// <summary>Everything that Razorpay knows about an order; what is authorized for exactly its price is captured.</summary>
    public async Task<Asked> AllOfAsync(
        string order,
        (long Amount, string Currency) price,
        CancellationToken cancellationToken
    )
    {
        var listed = await razorpay.PaymentsOfAsync(order, cancellationToken);
        if (listed is not ProviderAnswer.Ok list)
            return new Asked.Failed(listed);
        var facts = new List<PaymentFact>();
        foreach (var payment in RazorpayFacts.Items(list.Body))
        {
            var told = await OfPaymentAsync(payment, price, cancellationToken);
            if (told is not Asked.Told fact)
                return told;
            facts.AddRange(fact.Facts);
        }
        return new Asked.Told(facts);
    }

    /// <summary>One payment with its refunds.</summary>
    public async Task<Asked> OfPaymentAsync(
        JsonElement payment,
        (long Amount, string Currency) price,
        CancellationToken cancellationToken
    )
    {
        if (
            JsonMembers.Text(payment, "status") == "authorized"
            && ProviderId.Read(JsonMembers.Text(payment, "id")) is { } authorized
            && JsonMembers.Integer(payment, "amount") == price.Amount
            && JsonMembers.Text(payment, "currency") == price.Currency
        )
        {
            var captured = await razorpay.CaptureAsync(authorized, price.Amount, price.Currency, cancellationToken);
            // Refused: somebody else captured it; that is looked at.
            var now =
                captured is ProviderAnswer.Ok ? captured : await razorpay.PaymentAsync(authorized, cancellationToken);
            if (now is not ProviderAnswer.Ok ok)
                return new Asked.Failed(now);
            payment = ok.Body;
        }
        if (RazorpayFacts.OfPayment(payment) is not { } fact)
            return new Asked.Told();
        if (fact is not PaymentFact.Paid paid || JsonMembers.Integer(payment, "amount_refunded") is null or 0)
            return new Asked.Told(fact);
        var listed = await razorpay.RefundsOfAsync(paid.PaymentId, cancellationToken);
        return listed is ProviderAnswer.Ok refunds
            ? new Asked.Told([
                fact,
                .. RazorpayFacts.Items(refunds.Body).Select(RazorpayFacts.OfRefund).OfType<PaymentFact>(),
            ])
            : new Asked.Failed(listed);
    }

    private Opening.Ready Ready(string id) => new(id, KeyId: settings.RazorpayKeyId);
}
