using System.ComponentModel.DataAnnotations;

namespace Heretix.Billing.Orders;

/// <summary>Options of the orders of coins, under <c>Heretix:Billing</c>.</summary>
public sealed class OrderOptions
{
    /// <summary>
    /// How long nothing is heard of an order, or of a refund, before its provider is asked; then after twice as long each
    /// time, at most every 6 hours. Default 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan OrderCheckAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>After how long an order that nobody paid is closed. Default 3 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "60.00:00:00")]
    public TimeSpan OrderExpiry { get; set; } = TimeSpan.FromDays(3);
}
