using System.Text.Json.Serialization;
using Heretix.Billing.Usage;

namespace Heretix.Billing.Me;

/// <summary>Who the caller is and what they may still use.</summary>
/// <param name="Authenticated">There is a session.</param>
/// <param name="UserId">The user; null without a session.</param>
/// <param name="Email">The user's address; null without a session, and for who has none.</param>
/// <param name="Plan">The user's plan; null without a session.</param>
/// <param name="UsagePlan">The plan that is counted by: <c>anonymous</c> without a session.</param>
/// <param name="ChecksAllowed">Checks in the period; null for no limit.</param>
/// <param name="ChecksUsed">Checks so far.</param>
/// <param name="Remaining">Checks that may still begin; null for no limit.</param>
/// <param name="PeriodEnd">When the next month begins (UTC); null for a lifetime.</param>
/// <param name="SecondFactorEnrolmentRequired">Nothing else can be done before a second factor is set up: POST /api/auth/totp.</param>
/// <param name="Usage">Every meter.</param>
internal sealed record MeResponse(
    [property: JsonPropertyName("authenticated")] bool Authenticated,
    [property: JsonPropertyName("user_id")] Guid? UserId,
    [property: JsonPropertyName("email")] string? Email,
    [property: JsonPropertyName("plan")] string? Plan,
    [property: JsonPropertyName("usage_plan")] string UsagePlan,
    [property: JsonPropertyName("checks_allowed")] int? ChecksAllowed,
    [property: JsonPropertyName("checks_used")] int ChecksUsed,
    [property: JsonPropertyName("remaining")] int? Remaining,
    [property: JsonPropertyName("period_end")] DateTime? PeriodEnd,
    [property: JsonPropertyName("second_factor_enrolment_required")] bool SecondFactorEnrolmentRequired,
    [property: JsonPropertyName("usage")] MeUsage Usage
);

/// <summary>Every meter.</summary>
/// <param name="Checks">Checks.</param>
/// <param name="SolveSessions">Solve sessions.</param>
internal sealed record MeUsage(
    [property: JsonPropertyName("checks")] UsageResponse Checks,
    [property: JsonPropertyName("solve_sessions")] UsageResponse SolveSessions
);
