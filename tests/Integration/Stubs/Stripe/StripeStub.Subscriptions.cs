using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>Subscriptions: their lives, and what is asked about them.</summary>
public sealed partial class StripeStub
{
    /// <summary>Somebody subscribes in another way than on a page: the operator on Stripe's own site, say.</summary>
    public string Subscribe(string customer, string price, JsonObject? metadata = null)
    {
        lock (turn)
        {
            var subscription = NewSubscription(customer, price, metadata ?? []);
            Happened("customer.subscription.created", subscription);
            Invoiced(subscription, "subscription_create", paid: true);
            return (string)subscription["id"]!;
        }
    }

    /// <summary>The next period begins, and is paid or not.</summary>
    public void Renew(string id, bool paid = true) =>
        Change(
            id,
            subscription =>
            {
                subscription["current_period_start"] = (long)subscription["current_period_end"]!;
                subscription["current_period_end"] = MonthAfter(subscription);
                subscription["status"] = paid ? "active" : "past_due";
                Happened("customer.subscription.updated", subscription);
                Invoiced(subscription, "subscription_cycle", paid);
            }
        );

    /// <summary>What was past due is paid.</summary>
    public void PayUp(string id) =>
        Change(
            id,
            subscription =>
            {
                subscription["status"] = "active";
                Happened("customer.subscription.updated", subscription);
                Invoiced(subscription, "subscription_cycle", paid: true);
            }
        );

    /// <summary>The customer chooses another price in the portal.</summary>
    public void Reprice(string id, string price) =>
        Change(
            id,
            subscription =>
            {
                subscription["items"]!["data"]![0]!["price"]!["id"] = price;
                Happened("customer.subscription.updated", subscription);
            }
        );

    /// <summary>The customer cancels in the portal, or takes that back.</summary>
    public void CancelAtPeriodEnd(string id, bool cancel = true) =>
        Change(
            id,
            subscription =>
            {
                subscription["cancel_at_period_end"] = cancel;
                Happened("customer.subscription.updated", subscription);
            }
        );

    /// <summary>It ends, now.</summary>
    public void Cancel(string id) => Change(id, End);

    private void Change(string id, Action<JsonObject> change)
    {
        lock (turn)
            change(Require(id));
    }

    private void MapSubscriptions()
    {
        Map(
            "GET",
            "/v1/subscriptions",
            request =>
            {
                if (request["status"] != "all")
                    throw new StripeRefusal(400, "the stub lists all of them");
                Require(request["customer"]);
                return List(
                    SubscriptionsOf(request["customer"]!)
                        .Reverse()
                        .Select(found => Expanded(found, request["expand[]"] == "data.latest_invoice"))
                );
            }
        );
        Map(
            "POST",
            "/v1/subscriptions/{id}",
            request =>
            {
                var subscription = Require(request.Id);
                if (!IsLive(subscription))
                    throw new StripeRefusal(400, "subscription_canceled");
                if (request["items[0][price]"] is { } price)
                {
                    var item = subscription["items"]!["data"]![0]!;
                    if ((string?)item["id"] != request["items[0][id]"])
                        throw new StripeRefusal(400, "this would add a second item");
                    item["price"]!["id"] = price;
                    subscription["prorated"] = request["proration_behavior"];
                }
                if (request["cancel_at_period_end"] is { } ends)
                    subscription["cancel_at_period_end"] = ends == "true";
                foreach (var (name, value) in Metadata(request, "metadata"))
                    subscription["metadata"]![name] = value!.DeepClone();
                Happened("customer.subscription.updated", subscription);
                return Expanded(subscription, request["expand[]"] == "latest_invoice");
            }
        );
    }

    private IEnumerable<JsonObject> SubscriptionsOf(string customer) =>
        objects
            .Values.Where(found => (string?)found["object"] == "subscription" && (string?)found["customer"] == customer)
            .ToList();

    private static bool IsLive(JsonObject subscription) =>
        (string?)subscription["status"] is "active" or "trialing" or "past_due";

    private JsonObject NewSubscription(string customer, string price, JsonObject metadata)
    {
        Require(customer);
        var id = NewId("sub");
        var subscription = new JsonObject
        {
            ["id"] = id,
            ["object"] = "subscription",
            ["customer"] = customer,
            ["status"] = "active",
            ["created"] = Now,
            ["billing_cycle_anchor"] = Now,
            ["current_period_start"] = Now,
            ["cancel_at_period_end"] = false,
            ["metadata"] = metadata,
            ["items"] = List([
                new JsonObject
                {
                    ["id"] = NewId("si"),
                    ["price"] = new JsonObject { ["id"] = price },
                    ["quantity"] = 1,
                },
            ]),
        };
        subscription["current_period_end"] = MonthAfter(subscription);
        return objects[id] = subscription;
    }

    private void End(JsonObject subscription)
    {
        subscription["status"] = "canceled";
        subscription["canceled_at"] = Now;
        Happened("customer.subscription.deleted", subscription);
    }

    private void Invoiced(JsonObject subscription, string reason, bool paid)
    {
        var id = NewId("in");
        var invoice = objects[id] = new JsonObject
        {
            ["id"] = id,
            ["object"] = "invoice",
            ["customer"] = (string)subscription["customer"]!,
            ["subscription"] = (string)subscription["id"]!,
            ["billing_reason"] = reason,
            ["created"] = Now,
            ["status"] = paid ? "paid" : "open",
        };
        subscription["latest_invoice"] = id;
        Happened(paid ? "invoice.paid" : "invoice.payment_failed", invoice);
    }

    private JsonObject Expanded(JsonObject subscription, bool invoice)
    {
        var copy = subscription.DeepClone().AsObject();
        if (invoice && (string?)copy["latest_invoice"] is { } id)
            copy["latest_invoice"] = objects[id].DeepClone();
        return copy;
    }

    /// <summary>The end of the month that begins with the period, by the calendar and the anchor's day.</summary>
    private static long MonthAfter(JsonObject subscription)
    {
        var anchor = DateTimeOffset.FromUnixTimeSeconds((long)subscription["billing_cycle_anchor"]!);
        var start = DateTimeOffset.FromUnixTimeSeconds((long)subscription["current_period_start"]!);
        var months = 1;
        while (anchor.AddMonths(months) <= start)
            months++;
        return anchor.AddMonths(months).ToUnixTimeSeconds();
    }
}
