using Heretix.Accounts.Csrf;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
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
    ILogger<SessionMiddleware> log
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<SessionIgnored>() is not null || !cookie.IsSent(context))
        {
            await ContinueAsync(context, endpoint);
            return;
        }
        if (
            cookie.Read(context) is not { } token
            || await lookup.FindAsync(token, context.RequestAborted) is not { } session
        )
        {
            cookie.Clear(context);
            await ContinueAsync(context, endpoint);
            return;
        }
        if (csrf.Check(context, token) is { } refusal)
        {
            meter.Refused(refusal.Error);
            Log.Forged(log, session.Id, refusal.Error);
            await Problem.Of(StatusCodes.Status403Forbidden, refusal.Error, refusal.Detail).ExecuteAsync(context);
            return;
        }
        context.Features.Set(new PresentedSession(token));
        context.SetCaller(new Caller(session.UserId, session.Id, ByCookie: true) { Email = session.Email });
        // What is answered to a person is for nobody else, whatever stands between.
        context.Response.Headers.CacheControl = "no-store";
        await next(context);
    }

    private Task ContinueAsync(HttpContext context, Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<UserRequired>() is null
            ? next(context)
            : Problem.SignInRequired().ExecuteAsync(context);
}

/// <summary>The token of the valid session of a request, for what is derived from it.</summary>
internal sealed record PresentedSession(Secret Token);
