using FsCheck;
using FsCheck.Fluent;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;

namespace Heretix.Tests.Unit.Billing;

/// <summary>What is stored of a subscription when its states come late, twice or in another order.</summary>
public sealed class SubscriptionMergeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly SubscriptionMerge merge = new(Plans.Usual, TimeSpan.FromDays(3), Now);

    [Fact]
    public void Whatever_the_order_and_however_often_the_last_state_of_a_subscription_holds_in_the_end()
    {
        SubscriptionState[] history =
        [
            State(0) with
            {
                Plan = PlanNames.Starter,
            },
            State(1) with
            {
                Plan = PlanNames.Core,
            },
            State(2) with
            {
                Plan = PlanNames.Core,
                CurrentPeriodStart = Now,
                CurrentPeriodEnd = Now.AddMonths(1),
            },
            State(3) with
            {
                Plan = PlanNames.Core,
                CurrentPeriodStart = Now,
                CurrentPeriodEnd = Now.AddMonths(1),
                Status = SubscriptionStatus.PastDue,
            },
            State(4) with
            {
                Plan = PlanNames.Core,
                CurrentPeriodStart = Now,
                CurrentPeriodEnd = Now.AddMonths(1),
                Status = SubscriptionStatus.Canceled,
            },
        ];
        var deliveries = Gen.Choose(0, history.Length - 1)
            .ListOf()
            .Select(numbers => numbers.Concat(Enumerable.Range(0, history.Length)).ToArray())
            .SelectMany(numbers => Gen.Shuffle(numbers));
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000),
            Prop.ForAll(
                deliveries.ToArbitrary(),
                numbers =>
                {
                    Subscription? row = null;
                    foreach (var number in numbers)
                    {
                        var (change, next) = merge.Decide(row, history[number]);
                        change.ShouldNotBe(SubscriptionChange.Doubtful);
                        row = next;
                    }
                    row.ShouldBe(merge.Decide(null, history[^1]).Row with { Id = row!.Id });
                }
            )
        );
    }

    [Fact]
    public void A_repeated_state_changes_nothing()
    {
        var row = Stored(State(1));
        merge.Decide(row, State(1)).ShouldBe((SubscriptionChange.Unchanged, row));
    }

    [Fact]
    public void An_earlier_state_is_stale()
    {
        var row = Stored(State(2));
        merge.Decide(row, State(1) with { Plan = PlanNames.Pro }).ShouldBe((SubscriptionChange.Stale, row));
    }

    [Fact]
    public void Two_different_states_of_the_same_moment_are_in_doubt_until_one_is_fetched()
    {
        var row = Stored(State(1));
        var other = State(1) with { Plan = PlanNames.Pro };
        merge.Decide(row, other).ShouldBe((SubscriptionChange.Doubtful, row));
        var (change, next) = merge.Decide(row, other with { Fetched = true });
        change.ShouldBe(SubscriptionChange.Applied);
        next.Plan.ShouldBe(PlanNames.Pro);
    }

    [Fact]
    public void A_later_state_with_an_earlier_period_is_in_doubt()
    {
        var row = Stored(State(1));
        var back = State(2) with { CurrentPeriodStart = Now.AddMonths(-2) };
        merge.Decide(row, back).Change.ShouldBe(SubscriptionChange.Doubtful);
        merge.Decide(row, back with { Fetched = true }).Change.ShouldBe(SubscriptionChange.Applied);
    }

    [Fact]
    public void The_late_end_of_an_earlier_subscription_does_not_end_the_one_that_followed()
    {
        var row = Stored(State(5) with { ExternalSubscriptionId = "second" });
        var end = State(9) with { ExternalSubscriptionId = "first", Status = SubscriptionStatus.Canceled };
        merge.Decide(row, end).ShouldBe((SubscriptionChange.Stale, row));
    }

    [Fact]
    public void A_new_subscription_follows_one_that_has_ended()
    {
        var row = Stored(State(5) with { ExternalSubscriptionId = "first", Status = SubscriptionStatus.Canceled });
        var (change, next) = merge.Decide(row, State(6) with { ExternalSubscriptionId = "second" });
        change.ShouldBe(SubscriptionChange.Applied);
        next.ShouldBe(Stored(State(6) with { ExternalSubscriptionId = "second" }) with { Id = row.Id });
        merge
            .Decide(row, State(4) with { ExternalSubscriptionId = "second" })
            .Change.ShouldBe(SubscriptionChange.Doubtful, "it may have ended as well since then");
    }

    [Fact]
    public void Of_two_running_subscriptions_of_one_source_the_higher_is_kept_once_both_were_fetched()
    {
        var row = Stored(State(5) with { ExternalSubscriptionId = "first", Plan = PlanNames.Core });
        var lower = State(6) with { ExternalSubscriptionId = "second", Plan = PlanNames.Starter };
        var higher = State(6) with { ExternalSubscriptionId = "second", Plan = PlanNames.Pro };
        merge.Decide(row, higher).Change.ShouldBe(SubscriptionChange.Doubtful);
        merge.Decide(row, lower with { Fetched = true }).Change.ShouldBe(SubscriptionChange.Stale);
        merge.Decide(row, higher with { Fetched = true }).Change.ShouldBe(SubscriptionChange.Applied);
    }

    [Fact]
    public void A_renewal_on_the_day_of_the_month_keeps_the_anchor_and_any_other_begins_a_new_count()
    {
        var anchor = new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);
        var row = Stored(State(0) with { BillingAnchor = null, CurrentPeriodStart = anchor });
        row.BillingAnchor.ShouldBe(anchor);

        var february = anchor.AddMonths(1);
        var renewal = State(1) with { BillingAnchor = null, CurrentPeriodStart = february };
        merge.Decide(row, renewal).Row.BillingAnchor.ShouldBe(anchor);
        merge
            .Decide(row, renewal with { CurrentPeriodStart = february.AddHours(1) })
            .Row.BillingAnchor.ShouldBe(february.AddHours(1));
    }

    private Subscription Stored(SubscriptionState state) => merge.Decide(null, state).Row;

    private static SubscriptionState State(int minute) =>
        new()
        {
            UserId = Guid.Empty,
            Source = "stripe",
            Plan = PlanNames.Starter,
            Status = SubscriptionStatus.Active,
            AsOf = Now.AddMinutes(minute - 60),
            CurrentPeriodStart = Now.AddMonths(-1),
            CurrentPeriodEnd = Now,
            BillingAnchor = Now.AddMonths(-1),
        };
}
