using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Razorpay;

/// <summary>What is asked of it while others change it.</summary>
public sealed partial class RazorpayStub
{
    /// <summary>What happened after the first so many events, in its order.</summary>
    public IReadOnlyList<RazorpayEvent> EventsAfter(int count)
    {
        lock (turn)
            return [.. Events.Skip(count)];
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal() => faults.Clear();

    /// <summary>The buyer pays an order if nobody has. Gives the payment.</summary>
    public string? TryPay(string order)
    {
        lock (turn)
            return (string?)Require(order)["status"] == "created" ? Pay(order) : null;
    }

    /// <summary>Somebody refunds a share of what is left of the payment of an order, if anything is.</summary>
    public bool TryRefund(string order, double share)
    {
        lock (turn)
        {
            if (PaymentOf(order) is not { } payment)
                return false;
            var left = (long)payment["amount"]! - (long)payment["amount_refunded"]!;
            if (left <= 0)
                return false;
            RefundInDashboard((string)payment["id"]!, Math.Max(1, (long)(share * left)));
            return true;
        }
    }

    /// <summary>The buyer's bank takes the money of an order back, once, or decides about it.</summary>
    public bool TryDispute(string order, bool won)
    {
        lock (turn)
        {
            if (PaymentOf(order) is not { } payment)
                return false;
            var id = (string)payment["id"]!;
            var dispute = objects.Values.FirstOrDefault(found =>
                (string?)found["entity"] == "dispute" && (string?)found["payment_id"] == id
            );
            if (dispute is null)
                Dispute(id);
            else if ((string?)dispute["status"] == "open")
                CloseDispute((string)dispute["id"]!, won);
            else
                return false;
            return true;
        }
    }

    private JsonObject? PaymentOf(string order) =>
        objects.Values.FirstOrDefault(found =>
            (string?)found["entity"] == "payment"
            && (string?)found["order_id"] == order
            && (string?)found["status"] is "captured" or "refunded"
        );
}
