using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>Customers and the portal.</summary>
public sealed partial class StripeStub
{
    /// <summary>Somebody deletes a customer on Stripe's own site.</summary>
    public void Delete(string customer)
    {
        lock (turn)
            DeleteCustomer(customer);
    }

    private void DeleteCustomer(string customer)
    {
        foreach (var subscription in SubscriptionsOf(customer).Where(IsLive))
            End(subscription);
        objects.Remove(customer);
    }

    private void MapCustomers()
    {
        Map(
            "POST",
            "/v1/customers",
            request =>
            {
                var id = NewId("cus");
                return objects[id] = new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "customer",
                    ["created"] = Now,
                    ["email"] = request["email"],
                    ["metadata"] = Metadata(request, "metadata"),
                };
            }
        );
        Map(
            "DELETE",
            "/v1/customers/{id}",
            request =>
            {
                Require(request.Id);
                DeleteCustomer(request.Id!);
                return new JsonObject { ["id"] = request.Id, ["deleted"] = true };
            }
        );
        Map(
            "POST",
            "/v1/billing_portal/sessions",
            request =>
            {
                Require(request["customer"]);
                var id = NewId("bps");
                return new JsonObject { ["id"] = id, ["url"] = $"https://billing.stripe.test/{id}" };
            }
        );
    }

    private static JsonObject Metadata(StripeRequest request, string name)
    {
        var metadata = new JsonObject();
        foreach (var (field, value) in request.Form)
        {
            if (field.StartsWith(name + "[", StringComparison.Ordinal) && field.Count('[') == name.Count('[') + 1)
                metadata[field[(name.Length + 1)..^1]] = value;
        }
        return metadata;
    }
}
