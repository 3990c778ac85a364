using Heretix.Accounts.Csrf;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Sessions;

/// <summary>
/// Says who makes a request. A session cookie is looked up in the database; where it authenticates an unsafe request the
/// request must prove that it was not forged. A cookie without a valid session is taken back and its sender is anonymous.
/// </summary>
internal sealed class SessionMiddleware(
    RequestDelegate next,
    SessionLookup lookup,
    SessionCookie cookie,
    CsrfGuard csrf,
    SignInMeter meter,
    RequestLimits limits,
    ILogger<SessionMiddleware> log
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (!LooksAtSessions(context.Request, endpoint) || !cookie.IsSent(context))
        {
            await ContinueAsync(context, endpoint);
            return;
        }
        // Asked first, and of nobody but this process: whoever is over the limit costs the database nothing.
        var address = LimitKey.OfAddress(context);
        if (limits.RefuseOver(context, LimitNames.BadSessions, address, TooMany) is { } atOnce)
        {
            await atOnce.ExecuteAsync(context);
            return;
        }
        if (
            cookie.Read(context) is not { } token
            || await lookup.FindAsync(token, context.RequestAborted) is not { } session
        )
        {
            cookie.Clear(context);
            if (await TakeAsync(context, address) is { } over)
                await over.ExecuteAsync(context);
            else
                await ContinueAsync(context, endpoint);
            return;
        }
        if (csrf.Check(context, token) is { } refusal)
        {
            meter.Refused(refusal.Error);
            Log.Forged(log, session.Id, refusal.Error);
            var answer =
                await TakeAsync(context, address)
                ?? Problem.Of(StatusCodes.Status403Forbidden, refusal.Error, refusal.Detail);
            await answer.ExecuteAsync(context);
            return;
        }
        context.Features.Set(new PresentedSession(token));
        context.SetCaller(new Caller(session.UserId, session.Id, ByCookie: true) { Email = session.Email });
        // What is answered to a person is for nobody else, whatever stands between.
        context.Response.Headers.CacheControl = "no-store";
        await next(context);
    }

    /// <summary>
    /// Counts a request whose session is not valid or may be forged, because such a request never comes to the limits of its
    /// endpoint, or comes there after a query. The answer when there were too many; null when it may go on.
    /// </summary>
    private ValueTask<ProblemHttpResult?> TakeAsync(HttpContext context, string address) =>
        limits.RefuseAsync(context, LimitNames.BadSessions, address, TooMany, context.RequestAborted);

    private static string TooMany(LimitDecision decision) =>
        "Too many requests without a valid session or CSRF token: sign in again.";

    /// <summary>
    /// Everything under /api, found or not, unless it ignores sessions, and whatever asks for a user. Health, metrics and
    /// pages act for nobody, and must answer without the database too.
    /// </summary>
    private static bool LooksAtSessions(HttpRequest request, Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<SessionIgnored>() is null
        && (
            request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || endpoint?.Metadata.GetMetadata<UserRequired>() is not null
        );

    private Task ContinueAsync(HttpContext context, Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<UserRequired>() is null
            ? next(context)
            : Problem.SignInRequired().ExecuteAsync(context);
}

/// <summary>The token of the valid session of a request, for what is derived from it.</summary>
internal sealed record PresentedSession(Secret Token);
