using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;

namespace Heretix.Tests.Unit.Billing;

/// <summary>Which plan a user has, and since when its month runs.</summary>
public sealed class StandingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_a_subscription_there_is_the_trial_for_life() =>
        At(Start).ShouldBe(new Standing(Plans.Usual.Trial, null, UsageLedger.Lifetime, null));

    [Fact]
    public void The_highest_live_subscription_counts_and_the_end_of_one_does_not_end_the_other()
    {
        var starter = Monthly("stripe", PlanNames.Starter);
        var pro = Monthly("revenuecat", PlanNames.Pro) with { Status = SubscriptionStatus.Active };
        At(Start, starter, pro).Plan.Name.ShouldBe(PlanNames.Pro);
        At(Start, starter, pro with { Status = SubscriptionStatus.Expired }).Plan.Name.ShouldBe(PlanNames.Starter);
        At(Start, starter with { Status = SubscriptionStatus.Canceled }).Plan.Name.ShouldBe(PlanNames.Trial);
    }

    [Theory]
    [InlineData(SubscriptionStatus.Active)]
    [InlineData(SubscriptionStatus.PastDue)]
    public void While_a_renewal_is_awaited_the_last_paid_month_goes_on(SubscriptionStatus status)
    {
        var subscription = Monthly("stripe", PlanNames.Core) with { Status = status };
        var end = subscription.CurrentPeriodEnd!.Value;
        var paid = new Standing(Plans.Usual[PlanNames.Core], "stripe", Start, end);
        At(end.AddMicroseconds(-1), subscription).ShouldBe(paid);
        At(end, subscription).ShouldBe(paid);
        At(end.AddDays(3).AddMicroseconds(-1), subscription).ShouldBe(paid);
        At(end.AddDays(3), subscription).Plan.Name.ShouldBe(PlanNames.Trial);
    }

    [Fact]
    public void A_subscription_that_will_not_be_renewed_ends_with_its_period()
    {
        var subscription = Monthly("stripe", PlanNames.Core) with { CancelAtPeriodEnd = true };
        var end = subscription.CurrentPeriodEnd!.Value;
        At(end.AddMicroseconds(-1), subscription).Plan.Name.ShouldBe(PlanNames.Core);
        At(end, subscription).Plan.Name.ShouldBe(PlanNames.Trial);
    }

    [Fact]
    public void A_year_paid_at_once_is_used_month_by_month()
    {
        var year = Monthly("stripe", PlanNames.Core) with { CurrentPeriodEnd = Start.AddYears(1) };
        var standing = At(Start.AddMonths(5).AddDays(2), year);
        standing.PeriodStart.ShouldBe(Start.AddMonths(5));
        standing.PeriodEnd.ShouldBe(Start.AddMonths(6));
    }

    [Fact]
    public void A_first_period_that_is_shorter_than_a_month_begins_with_the_subscription()
    {
        var subscription = Monthly("stripe", PlanNames.Core) with { BillingAnchor = Start.AddDays(5) };
        var standing = At(Start.AddDays(1), subscription);
        standing.PeriodStart.ShouldBe(Start);
        standing.PeriodEnd.ShouldBe(Start.AddDays(5));
    }

    private static Standing At(DateTimeOffset now, params Subscription[] subscriptions) =>
        Standing.Of(subscriptions, Plans.Usual, TimeSpan.FromDays(3), now);

    private static Subscription Monthly(string source, string plan) =>
        new()
        {
            Source = source,
            Plan = plan,
            Status = SubscriptionStatus.Active,
            BillingAnchor = Start,
            CurrentPeriodStart = Start,
            CurrentPeriodEnd = Start.AddMonths(1),
        };
}
