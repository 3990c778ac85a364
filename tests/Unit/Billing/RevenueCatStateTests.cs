using System.Text.Json;
using Heretix.Billing.Providers.RevenueCat;
using Heretix.Billing.Subscriptions;

namespace Heretix.Tests.Unit.Billing;

/// <summary>What RevenueCat says of a purchase, in the words of the house.</summary>
public sealed class RevenueCatStateTests
{
    private static readonly DateTimeOffset Bought = new(2026, 1, 10, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2026, 2, 10, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("INITIAL_PURCHASE", SubscriptionStatus.Active, false)]
    [InlineData("RENEWAL", SubscriptionStatus.Active, false)]
    [InlineData("PRODUCT_CHANGE", SubscriptionStatus.Active, false)]
    [InlineData("UNCANCELLATION", SubscriptionStatus.Active, false)]
    [InlineData("CANCELLATION", SubscriptionStatus.Active, true)]
    [InlineData("SUBSCRIPTION_PAUSED", SubscriptionStatus.Active, true)]
    [InlineData("BILLING_ISSUE", SubscriptionStatus.PastDue, false)]
    [InlineData("EXPIRATION", SubscriptionStatus.Expired, true)]
    internal void Every_type_has_its_meaning(string type, SubscriptionStatus status, bool ends)
    {
        var state = State(type, "1770714000000")!;
        (state.Status, state.CancelAtPeriodEnd).ShouldBe((status, ends));
        (state.CurrentPeriodStart, state.CurrentPeriodEnd).ShouldBe((Bought, End));
        State("TEST", "1770714000000").ShouldBeNull();
    }

    [Theory]
    [InlineData("expiration_at_ms", "1770714000000")]
    [InlineData("expires_at_ms", "1770714000000")]
    [InlineData("expiration_at", "1770714000")]
    [InlineData("expires_at", "\"2026-02-10T10:00:00+01:00\"")]
    [InlineData("expiration_at", "\"2026-02-10T09:00:00\"")]
    public void Moments_are_read_however_they_are_written(string member, string value) =>
        State("RENEWAL", value, member)!.CurrentPeriodEnd.ShouldBe(End);

    [Fact]
    public void The_grace_of_the_store_counts_when_it_is_longer_than_ours()
    {
        var grace = TimeSpan.FromDays(3);
        foreach (var (days, end) in ((int, DateTimeOffset)[])[(16, End.AddDays(13)), (2, End)])
            State(
                "BILLING_ISSUE",
                "1770714000000",
                more: $",\"grace_period_expiration_at_ms\":{End.AddDays(days).ToUnixTimeMilliseconds()}"
            )!
                .CurrentPeriodEnd.ShouldBe(end, $"and {grace} more");
    }

    [Theory]
    [InlineData("""{"entitlement_ids":["a","b"]}""", "a b")]
    [InlineData("""{"entitlement_id":"a"}""", "a")]
    [InlineData("""{"entitlements":{"a":{},"b":{}}}""", "a b")]
    [InlineData("""{"entitlement_ids":null,"entitlements":[]}""", "")]
    public void Entitlements_are_read_however_they_are_written(string json, string expected) =>
        string.Join(' ', RevenueCatEvent.Read(JsonElement.Parse(json)).Entitlements).ShouldBe(expected);

    private static SubscriptionState? State(
        string type,
        string expires,
        string member = "expiration_at_ms",
        string more = ""
    ) =>
        RevenueCatStates.Of(
            type,
            RevenueCatEvent.Read(
                JsonElement.Parse(
                    $$"""{"purchased_at_ms":{{Bought.ToUnixTimeMilliseconds()}},"{{member}}":{{expires}}{{more}}}"""
                )
            ),
            Guid.NewGuid(),
            "pro",
            Bought,
            TimeSpan.FromDays(3)
        );
}
