using Heretix.Accounts.Csrf;
using Heretix.Accounts.External.Bearers;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>
/// Says who makes a request, by an access token or else by the session cookie; either is looked up in the database. The token
/// of an issuer that is trusted with it (<see cref="ExternalBearer"/>) stands for its user as well. A token that is not valid is refused, because its sender means to be somebody. A cookie without a valid session is taken back and
/// its sender is anonymous; where a valid one authenticates an unsafe request, the request must prove that it was not forged.
/// </summary>
internal sealed class SessionMiddleware(
    RequestDelegate next,
    SessionLookup lookup,
    ExternalBearer external,
    SessionCookie cookie,
    CsrfGuard csrf,
    SignInMeter meter,
    RequestLimits limits,
    IOptions<AccountsOptions> options,
    ILogger<SessionMiddleware> log
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var byToken = BearerToken.IsSent(context.Request);
        if (!LooksAtSessions(context.Request, endpoint) || !(byToken || cookie.IsSent(context)))
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
        if (byToken)
            await ByTokenAsync(context, endpoint, address);
        else
            await ByCookieAsync(context, endpoint, address);
    }

    private async Task ByTokenAsync(HttpContext context, Endpoint? endpoint, string address)
    {
        if (
            BearerToken.Read(context.Request) is { } token
            && await lookup.FindAsync(token, SessionKind.Api, context.RequestAborted) is { } session
        )
        {
            await ActAsync(context, endpoint, session, byCookie: false);
            return;
        }
        if (BearerToken.ReadExternal(context.Request) is { } text)
        {
            switch (await external.CheckAsync(context, text, context.RequestAborted))
            {
                case BearerOutcome.Acts { User: var user }:
                    await ActAsync(
                        context,
                        endpoint,
                        new Caller(user.Id, SessionId: null, ByCookie: false) { Email = user.Email }
                    );
                    return;
                case BearerOutcome.Refused { Answer: var answer }:
                    await (await TakeAsync(context, address) ?? answer).ExecuteAsync(context);
                    return;
            }
        }
        if (await TakeAsync(context, address) is { } over)
        {
            await over.ExecuteAsync(context);
            return;
        }
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        await Problem
            .Of(
                StatusCodes.Status401Unauthorized,
                "invalid_token",
                "The access token is not valid or has expired: get a new one by POST /api/auth/refresh, or sign in again."
            )
            .ExecuteAsync(context);
    }

    private async Task ByCookieAsync(HttpContext context, Endpoint? endpoint, string address)
    {
        if (
            cookie.Read(context) is not { } token
            || await lookup.FindAsync(token, SessionKind.Browser, context.RequestAborted) is not { } session
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
        await ActAsync(context, endpoint, session, byCookie: true);
    }

    private Task ActAsync(HttpContext context, Endpoint? endpoint, LiveSession session, bool byCookie)
    {
        var mustEnrol = options.Value.TotpRequired && !session.HasSecondFactor;
        context.Features.Set(session);
        return ActAsync(
            context,
            endpoint,
            new Caller(session.UserId, session.Id, byCookie) { Email = session.Email, MustEnrol = mustEnrol }
        );
    }

    private Task ActAsync(HttpContext context, Endpoint? endpoint, Caller caller)
    {
        context.SetCaller(caller);
        // What is answered to a person is for nobody else, whatever stands between.
        context.Response.Headers.CacheControl = "no-store";
        return Refusal(caller, endpoint) is { } refusal ? refusal.ExecuteAsync(context) : next(context);
    }

    /// <summary>What keeps somebody who is known from this endpoint; null when nothing does.</summary>
    private static ProblemHttpResult? Refusal(Caller caller, Endpoint? endpoint)
    {
        if (endpoint is null)
            return null;
        if (caller.MustEnrol && endpoint.Metadata.GetMetadata<BeforeEnrolment>() is null)
            return Problem.Of(
                StatusCodes.Status403Forbidden,
                "second_factor_enrolment_required",
                "On this server everybody has a second factor. Set one up first: POST /api/auth/totp."
            );
        return caller.SessionId is null && endpoint.Metadata.GetMetadata<SessionRequired>() is not null
            ? Problem.Of(
                StatusCodes.Status403Forbidden,
                "session_required",
                "This takes a session of this server, and the token of your issuer opens none: sign in here first."
            )
            : null;
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

/// <summary>The token of the valid session of a browser, for what is derived from it.</summary>
internal sealed record PresentedSession(Secret Token);
