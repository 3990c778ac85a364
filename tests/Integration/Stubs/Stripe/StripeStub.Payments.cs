using System.Globalization;
using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>Single payments, their refunds and disputes. Each change leaves its events.</summary>
public sealed partial class StripeStub
{
    /// <summary>The buyer pays an intent: its amount, or another that no real Stripe would take.</summary>
    public StripeEvent PayIntent(string id, long? amount = null, string? currency = null) =>
        Intent(
            id,
            "payment_intent.succeeded",
            intent =>
            {
                intent["status"] = "succeeded";
                intent["amount_received"] = amount ?? (long)intent["amount"]!;
                intent["currency"] = currency ?? (string)intent["currency"]!;
            }
        );

    /// <summary>The buyer's bank takes its time.</summary>
    public StripeEvent BeginIntent(string id) =>
        Intent(id, "payment_intent.processing", intent => intent["status"] = "processing");

    /// <summary>The buyer's card is declined; they may try another.</summary>
    public StripeEvent FailIntent(string id) =>
        Intent(
            id,
            "payment_intent.payment_failed",
            intent =>
            {
                intent["status"] = "requires_payment_method";
                intent["last_payment_error"] = new JsonObject { ["code"] = "card_declined" };
            }
        );

    /// <summary>Somebody refunds on Stripe's own site. Gives the refund.</summary>
    public string RefundInDashboard(string intent, long amount, string status = "succeeded")
    {
        lock (turn)
            return (string)NewRefund(Require(intent), amount, [], status)["id"]!;
    }

    /// <summary>A refund arrives, or does not.</summary>
    public void EndRefund(string id, bool succeeds)
    {
        lock (turn)
        {
            var refund = Require(id);
            refund["status"] = succeeds ? "succeeded" : "failed";
            Happened(succeeds ? "refund.updated" : "refund.failed", refund);
        }
    }

    /// <summary>The buyer's bank takes the money back. Gives the dispute.</summary>
    public string Dispute(string intent, long? amount = null, string status = "needs_response")
    {
        lock (turn)
        {
            var id = NewId("dp");
            var about = objects[id] = new JsonObject
            {
                ["id"] = id,
                ["object"] = "dispute",
                ["payment_intent"] = intent,
                ["amount"] = amount ?? (long)Require(intent)["amount"]!,
                ["currency"] = (string)Require(intent)["currency"]!,
                ["status"] = status,
                ["metadata"] = new JsonObject(),
            };
            Happened("charge.dispute.created", about);
            if (!status.StartsWith("warning", StringComparison.Ordinal))
                Happened("charge.dispute.funds_withdrawn", about);
            return id;
        }
    }

    /// <summary>The dispute is decided.</summary>
    public void CloseDispute(string id, bool won)
    {
        lock (turn)
        {
            var about = Require(id);
            about["status"] = won ? "won" : "lost";
            Happened("charge.dispute.closed", about);
            if (won)
                Happened("charge.dispute.funds_reinstated", about);
        }
    }

    private StripeEvent Intent(string id, string type, Action<JsonObject> change)
    {
        lock (turn)
        {
            var intent = Require(id);
            change(intent);
            return Happened(type, Public(intent));
        }
    }

    private void MapPayments()
    {
        Map(
            "POST",
            "/v1/payment_intents",
            request =>
            {
                var id = NewId("pi");
                return objects[id] = new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "payment_intent",
                    ["created"] = Now,
                    ["amount"] = long.Parse(request["amount"]!, CultureInfo.InvariantCulture),
                    ["amount_received"] = 0L,
                    ["currency"] = request["currency"],
                    ["status"] = "requires_payment_method",
                    ["client_secret"] = $"{id}_secret",
                    ["automatic"] = request["automatic_payment_methods[enabled]"],
                    ["metadata"] = Metadata(request, "metadata"),
                };
            }
        );
        Map("GET", "/v1/payment_intents/{id}", request => Require(request.Id));
        Map(
            "POST",
            "/v1/payment_intents/{id}/cancel",
            request =>
            {
                var intent = Require(request.Id);
                if ((string?)intent["status"] == "succeeded")
                    throw new StripeRefusal(400, "payment_intent_unexpected_state");
                intent["status"] = "canceled";
                Happened("payment_intent.canceled", Public(intent));
                return intent;
            }
        );
        Map(
            "POST",
            "/v1/refunds",
            request =>
                NewRefund(
                    Require(request["payment_intent"]),
                    long.Parse(request["amount"]!, CultureInfo.InvariantCulture),
                    Metadata(request, "metadata"),
                    "succeeded"
                )
        );
        Map("GET", "/v1/refunds", request => List(Of("refund", request["payment_intent"])));
        Map("GET", "/v1/disputes", request => List(Of("dispute", request["payment_intent"])));
    }

    private IEnumerable<JsonObject> Of(string kind, string? intent) =>
        objects
            .Values.Where(found => (string?)found["object"] == kind && (string?)found["payment_intent"] == intent)
            .ToList();

    private JsonObject NewRefund(JsonObject intent, long amount, JsonObject metadata, string status)
    {
        var back = Of("refund", (string)intent["id"]!)
            .Where(refund => (string?)refund["status"] != "failed")
            .Sum(refund => (long)refund["amount"]!);
        if (back + amount > (long)intent["amount_received"]!)
            throw new StripeRefusal(400, "charge_already_refunded");
        var id = NewId("re");
        var made = objects[id] = new JsonObject
        {
            ["id"] = id,
            ["object"] = "refund",
            ["payment_intent"] = (string)intent["id"]!,
            ["amount"] = amount,
            ["currency"] = (string)intent["currency"]!,
            ["status"] = status,
            ["metadata"] = metadata,
        };
        Happened("refund.created", made);
        Happened(
            "charge.refunded",
            new JsonObject
            {
                ["id"] = "ch_" + (string)intent["id"]!,
                ["object"] = "charge",
                ["payment_intent"] = (string)intent["id"]!,
                ["amount"] = (long)intent["amount"]!,
                ["amount_refunded"] = back + amount,
                ["currency"] = (string)intent["currency"]!,
            }
        );
        return made;
    }

    /// <summary>Events carry no secrets of buyers.</summary>
    private static JsonObject Public(JsonObject intent)
    {
        var shown = intent.DeepClone().AsObject();
        shown.Remove("client_secret");
        return shown;
    }
}
