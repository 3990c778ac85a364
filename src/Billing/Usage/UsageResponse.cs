using System.Text.Json.Serialization;

namespace Heretix.Billing.Usage;

/// <summary>One meter on the wire.</summary>
/// <param name="Plan"><c>anonymous</c>, <c>trial</c>, <c>starter</c>, <c>core</c> or <c>pro</c>.</param>
/// <param name="Allowed">Uses in the period; null for no limit.</param>
/// <param name="Used">Uses so far; those that are still running are not among them.</param>
/// <param name="Remaining">How many may still begin; null for no limit.</param>
/// <param name="PeriodStart">Start of the period (UTC); null for a lifetime.</param>
/// <param name="PeriodEnd">Its end (UTC), when the next begins; null for a lifetime.</param>
public sealed record UsageResponse(
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("allowed")] int? Allowed,
    [property: JsonPropertyName("used")] int Used,
    [property: JsonPropertyName("remaining")] int? Remaining,
    [property: JsonPropertyName("period_start")] DateTime? PeriodStart,
    [property: JsonPropertyName("period_end")] DateTime? PeriodEnd
)
{
    /// <summary>A meter as it travels.</summary>
    public static UsageResponse Of(UsageView usage) =>
        new(
            usage.Plan,
            usage.Allowed,
            usage.Used,
            usage.Remaining,
            usage.PeriodStart?.UtcDateTime,
            usage.PeriodEnd?.UtcDateTime
        );
}
