using System.Text.Json;
using Heretix.Billing.Providers.Stripe;
using Heretix.Billing.Subscriptions;

namespace Heretix.Tests.Unit.Billing;

/// <summary>What Stripe says of a subscription, in the words of the house.</summary>
public sealed class StripeStateTests
{
    private const long Start = 1_769_850_000;
    private const long End = Start + 28 * 86_400;
    private static readonly Guid User = Guid.NewGuid();

    [Theory]
    [InlineData("active", SubscriptionStatus.Active)]
    [InlineData("trialing", SubscriptionStatus.Active)]
    [InlineData("past_due", SubscriptionStatus.PastDue)]
    [InlineData("canceled", SubscriptionStatus.Canceled)]
    [InlineData("unpaid", SubscriptionStatus.Expired)]
    [InlineData("paused", SubscriptionStatus.Expired)]
    [InlineData("incomplete", SubscriptionStatus.Expired)]
    [InlineData("incomplete_expired", SubscriptionStatus.Expired)]
    [InlineData("a_word_of_the_future", SubscriptionStatus.Expired)]
    internal void Every_status_has_its_meaning(string status, SubscriptionStatus meaning) =>
        StripeStates.StatusOf(status).ShouldBe(meaning);

    [Fact]
    public void The_period_may_stand_with_the_subscription_or_with_its_item()
    {
        var before = State($$"""{"current_period_start":{{Start}},"current_period_end":{{End}}}""");
        var since = State("{}", $$""","current_period_start":{{Start}},"current_period_end":{{End}}""");
        foreach (var state in (SubscriptionState[])[before, since])
        {
            state.CurrentPeriodStart.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(Start));
            state.CurrentPeriodEnd.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(End));
        }
    }

    [Theory]
    [InlineData("""{"cancel_at_period_end":true}""", true)]
    [InlineData("""{"cancel_at":1772269200}""", true)]
    [InlineData("""{"cancel_at":1972269200}""", false)]
    [InlineData("""{"cancel_at":null,"cancel_at_period_end":false}""", false)]
    public void An_end_with_the_period_may_be_a_flag_or_a_moment(string more, bool ends) =>
        State(more, $$""","current_period_start":{{Start}},"current_period_end":{{End}}""")
            .CancelAtPeriodEnd.ShouldBe(ends);

    [Theory]
    [InlineData("subscription_cycle", 10, null, Start)]
    [InlineData("subscription_update", 86_400, Start, Start + 86_400)]
    [InlineData("subscription_update", -86_400, Start, Start)]
    public void What_is_past_due_was_paid_until_its_invoice(string reason, int after, long? start, long end)
    {
        var state = State(
            $$"""
            {"status":"past_due","current_period_start":{{Start}},"current_period_end":{{End}},
             "latest_invoice":{"id":"in_1","created":{{Start + after}},"billing_reason":"{{reason}}"} }
            """
        );
        state.CurrentPeriodStart.ShouldBe(start is { } begins ? DateTimeOffset.FromUnixTimeSeconds(begins) : null);
        state.CurrentPeriodEnd.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(end));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"sub_1","status":"active"}""")]
    [InlineData("""{"id":1,"customer":"cus_1","status":"active"}""")]
    public void What_is_no_subscription_is_none(string json) =>
        StripeSubscription.Read(JsonElement.Parse(json)).ShouldBeNull();

    private static SubscriptionState State(string more, string item = "")
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""
            {"id":"sub_1","customer":{"id":"cus_1"},"status":"active","created":{{Start}},
             "items":{"data":[{"id":"si_1","price":{"id":"price_1"}{{item}} }]} }
            """
        )!;
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(more)!.AsObject())
            json[name] = value?.DeepClone();
        var subscription = StripeSubscription.Read(JsonElement.Parse(json.ToJsonString()))!;
        (subscription.Customer, subscription.Price, subscription.Item).ShouldBe(("cus_1", "price_1", "si_1"));
        return StripeStates.Of(subscription, User, "core", DateTimeOffset.UnixEpoch, fetched: false);
    }
}
