using System.Globalization;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Refresh;

/// <summary>Asks for the next pair of tokens.</summary>
/// <param name="RefreshToken">The newest refresh token.</param>
internal sealed record RefreshBody(string? RefreshToken);

/// <summary>The next pair of tokens of an API client.</summary>
internal static class RefreshEndpoint
{
    /// <summary>The access token that comes along has often expired, so it is not looked at: the refresh token is the proof.</summary>
    public static void MapRefresh(this IEndpointRouteBuilder auth) =>
        auth.MapPost("/refresh", HandleAsync)
            .WithName("refresh_tokens")
            .WithSummary(
                "Gives a new pair of tokens for a refresh token, which works once; showing it again later ends the session."
            )
            .Produces<TokensAnswer>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .IgnoreSession();

    private static async Task<IResult> HandleAsync(
        RefreshBody body,
        TokenRefresh refresh,
        RequestLimits limits,
        SignInMeter meter,
        TimeProvider time,
        ILogger<TokenRefresh> log,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(body.RefreshToken))
            return Problem.Invalid("refresh_token", "must be a refresh token");
        var address = LimitKey.OfAddress(context);
        if (limits.RefuseOver(context, LimitNames.BadSessions, address, TooMany) is { } atOnce)
            return atOnce;
        var outcome = Secret.TryParse(body.RefreshToken, out var token)
            ? await refresh.UseAsync(token, cancellationToken)
            : new RefreshOutcome.Invalid();
        switch (outcome)
        {
            case RefreshOutcome.Refreshed refreshed:
                meter.Refreshed(refreshed.Again ? "repeated" : "refreshed");
                if (refreshed.Again)
                    Log.RefreshedAgain(log, refreshed.SessionId);
                return TypedResults.Ok(
                    TokensAnswer.Of(refreshed.Tokens, refreshed.UserId, refreshed.Email, time.GetUtcNow()) with
                    {
                        DeviceId = refreshed.DeviceId,
                    }
                );
            case RefreshOutcome.Reused reused:
                meter.Refreshed("reused");
                Log.RefreshTokenReused(log, reused.SessionId, reused.UserId);
                return await RefuseAsync("token_reused", Reused);
            case RefreshOutcome.TooMany tooMany:
                meter.Refreshed("too_many");
                var wait = Math.Max(1, (int)Math.Ceiling(tooMany.Wait.TotalSeconds));
                context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
                return Problem.Of(
                    StatusCodes.Status429TooManyRequests,
                    "rate_limited",
                    $"This session was refreshed too often within a day. Use each access token until it ends; try again in {wait} seconds.",
                    ("retry_after", wait)
                );
            case RefreshOutcome.Invalid:
                meter.Refreshed("invalid");
                return await RefuseAsync("invalid_token", Invalid);
            default:
                throw new InvalidOperationException($"no answer for {outcome}");
        }

        async Task<IResult> RefuseAsync(string error, string detail) =>
            (IResult?)await limits.RefuseAsync(context, LimitNames.BadSessions, address, TooMany, cancellationToken)
            ?? Problem.Of(StatusCodes.Status401Unauthorized, error, detail);
    }

    private const string Invalid = "This refresh token is not valid, or its session has ended: sign in again.";

    private const string Reused =
        "This refresh token was used before, so somebody else may have it: the session was ended. Sign in again.";

    private static string TooMany(LimitDecision decision) => "Too many tokens that are not valid: sign in again.";
}
