using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Razorpay;

/// <summary>Orders, their payments, refunds and disputes.</summary>
public sealed partial class RazorpayStub
{
    /// <summary>The buyer pays an order in the checkout. Gives the payment.</summary>
    public string Pay(string order, long? amount = null, string? currency = null, bool captured = true)
    {
        lock (turn)
        {
            var payment = NewPayment(order, amount, currency, "authorized");
            Happened("payment.authorized", ("payment", payment));
            if (captured)
                Captured(payment, null);
            return (string)payment["id"]!;
        }
    }

    /// <summary>An attempt of the buyer's fails.</summary>
    public string FailPayment(string order)
    {
        lock (turn)
        {
            var payment = NewPayment(order, null, null, "failed");
            Happened("payment.failed", ("payment", payment));
            return (string)payment["id"]!;
        }
    }

    /// <summary>Somebody refunds on Razorpay's own site. Gives the refund.</summary>
    public string RefundInDashboard(string payment, long amount)
    {
        lock (turn)
            return (string)NewRefund(Require(payment), amount, new JsonArray(), "processed")["id"]!;
    }

    /// <summary>The buyer's bank takes the money back. Gives the dispute.</summary>
    public string Dispute(string payment)
    {
        lock (turn)
        {
            var id = NewId("disp");
            objects[id] = new JsonObject
            {
                ["id"] = id,
                ["entity"] = "dispute",
                ["payment_id"] = payment,
                ["amount"] = (long)Require(payment)["amount"]!,
                ["currency"] = (string)Require(payment)["currency"]!,
                ["phase"] = "chargeback",
                ["status"] = "open",
            };
            Happened("payment.dispute.created", ("payment", Require(payment)), ("dispute", objects[id]));
            return id;
        }
    }

    /// <summary>The dispute is decided.</summary>
    public void CloseDispute(string id, bool won)
    {
        lock (turn)
        {
            var dispute = Require(id);
            dispute["status"] = won ? "won" : "lost";
            Happened(
                $"payment.dispute.{(string)dispute["status"]!}",
                ("payment", Require((string)dispute["payment_id"]!)),
                ("dispute", dispute)
            );
        }
    }

    private JsonObject NewOrder(JsonObject body)
    {
        if (body["payment_capture"]?.GetValue<bool>() != true)
            throw new RazorpayRefusal("payments would not be captured");
        var id = NewId("order");
        return objects[id] = new JsonObject
        {
            ["id"] = id,
            ["entity"] = "order",
            ["amount"] = (long)body["amount"]!,
            ["amount_paid"] = 0L,
            ["currency"] = (string)body["currency"]!,
            ["receipt"] = (string)body["receipt"]!,
            ["status"] = "created",
            ["notes"] = body["notes"]!.DeepClone(),
        };
    }

    private JsonObject NewPayment(string order, long? amount, string? currency, string status)
    {
        var id = NewId("pay");
        return objects[id] = new JsonObject
        {
            ["id"] = id,
            ["entity"] = "payment",
            ["order_id"] = order,
            ["amount"] = amount ?? (long)Require(order)["amount"]!,
            ["currency"] = currency ?? (string)Require(order)["currency"]!,
            ["status"] = status,
            ["amount_refunded"] = 0L,
            ["email"] = "buyer@example.org",
            ["contact"] = "+910000000000",
            // As the real one writes no notes.
            ["notes"] = new JsonArray(),
        };
    }

    private JsonObject Captured(JsonObject payment, JsonObject? asked)
    {
        if (
            (string?)payment["status"] != "authorized"
            || (asked is not null && (long)asked["amount"]! != (long)payment["amount"]!)
        )
            throw new RazorpayRefusal("cannot be captured");
        payment["status"] = "captured";
        var order = Require((string)payment["order_id"]!);
        order["status"] = "paid";
        order["amount_paid"] = (long)payment["amount"]!;
        Happened("payment.captured", ("payment", payment));
        Happened("order.paid", ("payment", payment), ("order", order));
        return payment;
    }

    private JsonObject NewRefund(JsonObject payment, long amount, JsonNode? notes, string status)
    {
        var back = (long)payment["amount_refunded"]! + amount;
        if (back > (long)payment["amount"]! || (string?)payment["status"] is not ("captured" or "refunded"))
            throw new RazorpayRefusal("more than was paid");
        payment["amount_refunded"] = back;
        if (back == (long)payment["amount"]!)
            payment["status"] = "refunded";
        var id = NewId("rfnd");
        var refund = objects[id] = new JsonObject
        {
            ["id"] = id,
            ["entity"] = "refund",
            ["payment_id"] = (string)payment["id"]!,
            ["amount"] = amount,
            ["currency"] = (string)payment["currency"]!,
            ["status"] = status,
            ["notes"] = notes,
        };
        Happened("refund.created", ("refund", refund), ("payment", payment));
        Happened("refund.processed", ("refund", refund), ("payment", payment));
        return refund;
    }

    private void Happened(string type, params (string Name, JsonObject Entity)[] about)
    {
        var payload = new JsonObject();
        foreach (var (name, entity) in about)
            payload[name] = new JsonObject { ["entity"] = entity.DeepClone() };
        var body = new JsonObject
        {
            ["entity"] = "event",
            ["event"] = type,
            ["created_at"] = 1_769_850_000 + Events.Count,
            ["payload"] = payload,
        };
        Events.Add(new RazorpayEvent(NewId("evt"), type, body.ToJsonString()));
    }
}
