namespace Heretix.Billing.Usage;

/// <summary>
/// One month of usage. Months are counted by the calendar, in UTC, from the billing anchor: the n-th begins n months after
/// the anchor at the same time of day, on the anchor's day or, where a month is too short for it, on the month's last day.
/// Each is counted from the anchor itself, so that an anchor on the 31st comes back to the 31st after February.
/// </summary>
/// <param name="Start">First instant (UTC).</param>
/// <param name="End">First instant of the next month (UTC).</param>
internal readonly record struct BillingMonth(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The month in which an instant lies; it may lie before the anchor.</summary>
    public static BillingMonth Containing(DateTimeOffset anchor, DateTimeOffset instant)
    {
        anchor = anchor.ToUniversalTime();
        instant = instant.ToUniversalTime();
        var months = (instant.Year - anchor.Year) * 12 + instant.Month - anchor.Month;
        if (anchor.AddMonths(months) > instant)
            months--;
        return new BillingMonth(anchor.AddMonths(months), anchor.AddMonths(months + 1));
    }

    /// <summary>Whether a month of that anchor begins at the instant.</summary>
    public static bool BeginsAt(DateTimeOffset anchor, DateTimeOffset instant) =>
        Containing(anchor, instant).Start == instant;
}
