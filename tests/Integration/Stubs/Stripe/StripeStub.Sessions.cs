using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>Pages on which people pay.</summary>
public sealed partial class StripeStub
{
    /// <summary>A customer pays on a page: there is a subscription now.</summary>
    /// <returns>Its id.</returns>
    public string Pay(string session)
    {
        lock (turn)
        {
            var page = Require(session);
            if ((string?)page["status"] != "open")
                throw new InvalidOperationException($"the page is {page["status"]}");
            page["status"] = "complete";
            var subscription = NewSubscription(
                (string)page["customer"]!,
                (string)page["price"]!,
                page["subscription_metadata"]!.DeepClone().AsObject()
            );
            page["subscription"] = (string)subscription["id"]!;
            Happened("customer.subscription.created", subscription);
            Invoiced(subscription, "subscription_create", paid: true);
            Happened("checkout.session.completed", page);
            return (string)subscription["id"]!;
        }
    }

    private void MapSessions()
    {
        Map(
            "POST",
            "/v1/checkout/sessions",
            request =>
            {
                Require(request["customer"]);
                var id = NewId("cs");
                return objects[id] = new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "checkout.session",
                    ["status"] = "open",
                    ["mode"] = request["mode"],
                    ["customer"] = request["customer"],
                    ["client_reference_id"] = request["client_reference_id"],
                    ["price"] = request["line_items[0][price]"],
                    ["url"] = $"https://checkout.stripe.test/{id}",
                    ["metadata"] = Metadata(request, "metadata"),
                    ["subscription_metadata"] = Metadata(request, "subscription_data[metadata]"),
                };
            }
        );
        Map(
            "GET",
            "/v1/checkout/sessions",
            request =>
                List(
                    objects.Values.Where(found =>
                        (string?)found["object"] == "checkout.session"
                        && (string?)found["customer"] == request["customer"]
                        && (string?)found["status"] == request["status"]
                    )
                )
        );
        Map(
            "POST",
            "/v1/checkout/sessions/{id}/expire",
            request =>
            {
                var page = Require(request.Id);
                if ((string?)page["status"] != "open")
                    throw new StripeRefusal(400, "resource_not_open");
                page["status"] = "expired";
                return page;
            }
        );
    }
}
