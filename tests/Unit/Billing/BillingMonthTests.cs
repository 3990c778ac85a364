using FsCheck;
using FsCheck.Fluent;
using Heretix.Billing.Usage;

namespace Heretix.Tests.Unit.Billing;

/// <summary>Months of usage by the calendar.</summary>
public sealed class BillingMonthTests
{
    [Theory]
    [InlineData("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z")]
    [InlineData("2026-01-31T10:00:00Z", "2026-02-28T09:59:59Z", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z")]
    [InlineData("2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z")]
    [InlineData("2026-01-31T10:00:00Z", "2026-03-31T09:00:00Z", "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z")]
    [InlineData("2027-12-30T00:00:00Z", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2028-03-30T00:00:00Z")]
    [InlineData("2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z", "2029-02-28T12:00:00Z", "2029-03-29T12:00:00Z")]
    [InlineData("2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z", "2032-02-29T12:00:00Z", "2032-03-29T12:00:00Z")]
    [InlineData("2026-05-15T00:00:00Z", "2026-05-14T23:59:59Z", "2026-04-15T00:00:00Z", "2026-05-15T00:00:00Z")]
    [InlineData("2026-05-15T01:00:00+02:00", "2026-05-14T23:30:00Z", "2026-05-14T23:00:00Z", "2026-06-14T23:00:00Z")]
    public void A_month_begins_on_the_day_of_the_anchor_or_on_the_last_day(
        string anchor,
        string instant,
        string start,
        string end
    ) => BillingMonth.Containing(At(anchor), At(instant)).ShouldBe(new BillingMonth(At(start), At(end)));

    [Fact]
    public void Four_hundred_months_follow_one_another_without_gap_or_overlap_and_keep_the_day()
    {
        for (var day = 0; day < 4 * 366; day += 1)
        {
            var anchor = At("2024-01-01T23:59:59.999999Z").AddDays(day);
            if (anchor.Day is > 1 and < 28)
                continue;
            var month = BillingMonth.Containing(anchor, anchor);
            month.Start.ShouldBe(anchor);
            for (var n = 1; n <= 400; n++)
            {
                BillingMonth.Containing(anchor, month.End.AddTicks(-1)).ShouldBe(month);
                var next = BillingMonth.Containing(anchor, month.End);
                next.Start.ShouldBe(month.End);
                next.Start.Day.ShouldBe(
                    Math.Min(anchor.Day, DateTime.DaysInMonth(next.Start.Year, next.Start.Month)),
                    $"{anchor:O} month {n}"
                );
                next.Start.TimeOfDay.ShouldBe(anchor.TimeOfDay);
                month = next;
            }
            ((month.Start.Year - anchor.Year) * 12 + month.Start.Month - anchor.Month).ShouldBe(400);
        }
    }

    [Fact]
    public void Every_instant_lies_in_exactly_the_month_that_is_given_for_it()
    {
        var instants = Gen.Choose(0, int.MaxValue)
            .Select(seconds => At("2000-01-01T00:00:00Z").AddSeconds(seconds).AddMicroseconds(seconds % 999_983));
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(5000),
            Prop.ForAll(
                (from anchor in instants from instant in instants select (anchor, instant)).ToArbitrary(),
                pair =>
                {
                    var month = BillingMonth.Containing(pair.anchor, pair.instant);
                    month.Start.ShouldBeLessThanOrEqualTo(pair.instant);
                    month.End.ShouldBeGreaterThan(pair.instant);
                    (month.End - month.Start).TotalDays.ShouldBeInRange(28, 31);
                    BillingMonth.BeginsAt(pair.anchor, month.Start).ShouldBeTrue();
                    BillingMonth.BeginsAt(pair.anchor, month.End).ShouldBeTrue();
                    BillingMonth.BeginsAt(pair.anchor, month.Start.AddMicroseconds(1)).ShouldBeFalse();
                }
            )
        );
    }

    private static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
