using Heretix.Billing.Usage;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Heretix.Checks.Run;

/// <summary>402: what the plan says and where to go.</summary>
internal static class UsageRefusal
{
    public static IResult Of(UsageDecision.Refused refused)
    {
        var (detail, next) = refused.Error switch
        {
            "require_signin" => (
                "The free check of this browser is used up. Sign in for three more.",
                "/api/auth/magic-links"
            ),
            "require_subscription" => (
                "The checks of the trial are used up. A plan has more.",
                "/api/billing/checkout"
            ),
            _ => ("The checks of this period are used up.", "/api/billing/portal"),
        };
        return Problem.Of(
            402,
            refused.Error,
            detail,
            ("reason", refused.Error),
            ("plan", refused.Usage.Plan),
            ("usage", UsagePart.Of(refused.Usage)),
            ("next", next)
        );
    }
}
