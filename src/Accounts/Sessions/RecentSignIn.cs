using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>
/// Asks for a sign-in of the last minutes, where more is at stake than a session that somebody left open may decide. A refresh
/// of tokens is no sign-in.
/// </summary>
internal sealed class RecentSignIn(IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>403 for a session that is too old; null for one that may go on.</summary>
    public ProblemHttpResult? Refuse(HttpContext context) =>
        context.Features.Get<LiveSession>() is { } session
        && time.GetUtcNow() - session.CreatedAt < TimeSpan.FromMinutes(options.Value.RecentMinutes)
            ? null
            : Problem.Of(
                StatusCodes.Status403Forbidden,
                "reauthentication_required",
                $"This takes a sign-in of the last {options.Value.RecentMinutes} minutes: sign in again, in any way, and repeat it.",
                ("recent_minutes", options.Value.RecentMinutes)
            );
}
