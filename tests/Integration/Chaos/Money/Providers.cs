using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Heretix.Tests.Integration.Billing.Selling;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>What a provider says about a subscription when it is asked at the end.</summary>
/// <param name="Source">The provider.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Subscription">The provider's id.</param>
/// <param name="Plan">The plan that it opens.</param>
/// <param name="Status">In the words of the house.</param>
/// <param name="EndsWithPeriod">It will not be renewed.</param>
internal sealed record ProviderState(
    string Source,
    Guid User,
    string Subscription,
    string Plan,
    string Status,
    bool EndsWithPeriod
);

/// <summary>Stripe: what people do on its pages, and its events as letters.</summary>
internal sealed class StripeDesk(StripeStub stripe, Postman postman)
{
    private static readonly string[] Prices = [Shop.Starter, Shop.Core, Shop.Pro];
    private static readonly string[] Live = ["active", "past_due"];
    private readonly Lock turn = new();
    private int posted;

    /// <summary>Hands over what has happened since the last time.</summary>
    public void Post()
    {
        lock (turn)
        {
            foreach (var happened in stripe.EventsAfter(posted))
            {
                posted++;
                postman.Post(
                    new Letter(
                        "stripe",
                        happened.Id,
                        server =>
                        {
                            var request = new HttpRequestMessage(
                                HttpMethod.Post,
                                new Uri(server, "/api/stripe/webhook")
                            )
                            {
                                Content = new StringContent(happened.Body, Encoding.UTF8, "application/json"),
                            };
                            request.Headers.TryAddWithoutValidation(
                                "Stripe-Signature",
                                StripeDeliveries.Sign(happened.Body, stripe.Clock.GetUtcNow())
                            );
                            return request;
                        }
                    )
                );
            }
        }
    }

    /// <summary>Somebody pays on a page that the server gave them.</summary>
    public bool Pay(string session)
    {
        var paid = stripe.TryPay(session);
        Post();
        return paid;
    }

    /// <summary>Somebody, or time, changes a subscription of a user; nothing when there is none to change.</summary>
    public bool Change(Guid user, Random chance)
    {
        var (what, price, flag) = (chance.Next(10), Prices[chance.Next(Prices.Length)], chance.Next(2) == 0);
        var subscription = stripe
            .Copies("subscription")
            .LastOrDefault(found => (string?)found["metadata"]!["user_id"] == $"{user}");
        if (subscription is null)
            return false;
        var (states, change) = what switch
        {
            < 3 => (Live, (Action<string>)(id => stripe.Reprice(id, price))),
            < 6 => (Live, id => stripe.CancelAtPeriodEnd(id, flag)),
            6 => (["active"], id => stripe.Renew(id, paid: flag)),
            7 => (["past_due"], stripe.PayUp),
            _ => (Live, stripe.Cancel),
        };
        var changed = stripe.TryChange((string)subscription["id"]!, states, change);
        Post();
        return changed;
    }

    /// <summary>Every subscription that it knows.</summary>
    public IEnumerable<ProviderState> States() =>
        stripe
            .Copies("subscription")
            .Select(found => new ProviderState(
                "stripe",
                Guid.Parse((string)found["metadata"]!["user_id"]!),
                (string)found["id"]!,
                ((string)found["items"]!["data"]![0]!["price"]!["id"]!)["price_".Length..],
                (string)found["status"]!,
                (bool)found["cancel_at_period_end"]!
            ));
}

/// <summary>The stores of apps, by RevenueCat: one purchase for each user, and an event for all that becomes of it.</summary>
internal sealed class StoreDesk(Postman postman)
{
    private readonly Lock turn = new();
    private readonly Dictionary<Guid, ProviderState> purchases = [];
    private readonly Dictionary<Guid, DateTimeOffset> bought = [];
    private DateTimeOffset clock = TimeProvider.System.GetUtcNow();
    private int number;

    /// <summary>Buys, changes or ends the purchase of a user.</summary>
    public void Change(Guid user, Random chance)
    {
        var (what, pro) = (chance.Next(6), chance.Next(2) == 0);
        lock (turn)
        {
            // Times in milliseconds, each later than the one before it.
            clock = clock.AddMilliseconds(1);
            var held = purchases.GetValueOrDefault(user);
            if (held is null)
                bought[user] = clock;
            var running = held is { Status: "active" };
            var (type, plan, status, ends) =
                !running ? (held is null ? "INITIAL_PURCHASE" : "RENEWAL", pro ? "pro" : "starter", "active", false)
                : what < 3 ? ("EXPIRATION", held!.Plan, "expired", true)
                : what == 3 ? ("CANCELLATION", held!.Plan, "active", true)
                : what == 4 ? ("UNCANCELLATION", held!.Plan, "active", false)
                : ("PRODUCT_CHANGE", pro ? "pro" : "starter", "active", false);
            purchases[user] = new ProviderState("revenuecat", user, $"store-{user:N}", plan, status, ends);
            Post(user, type, plan);
        }
    }

    /// <summary>Every purchase.</summary>
    public IEnumerable<ProviderState> States()
    {
        lock (turn)
            return [.. purchases.Values];
    }

    private void Post(Guid user, string type, string plan)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"rc-storm-{++number:D6}");
        var body = JsonSerializer.Serialize(
            new
            {
                @event = new
                {
                    id,
                    type,
                    event_timestamp_ms = clock.ToUnixTimeMilliseconds(),
                    app_user_id = user.ToString(),
                    entitlement_ids = new[] { plan == "pro" ? "pro_access" : "standard_access" },
                    original_transaction_id = $"store-{user:N}",
                    purchased_at_ms = bought[user].ToUnixTimeMilliseconds(),
                    expiration_at_ms = bought[user].AddMonths(1).ToUnixTimeMilliseconds(),
                    environment = "PRODUCTION",
                },
            },
            JsonSerializerOptions.Default
        );
        postman.Post(
            new Letter(
                "revenuecat",
                id,
                server =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/api/revenuecat/webhook"))
                    {
                        Content = new StringContent(body, Encoding.UTF8, "application/json"),
                    };
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Shop.RevenueCatSecret);
                    return request;
                }
            )
        );
    }
}
