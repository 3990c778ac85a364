using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>A session as its user sees it.</summary>
/// <param name="Id">Id to end it by.</param>
/// <param name="DeviceId">The device that signed in; null for sessions older than devices.</param>
/// <param name="Kind"><c>browser</c>, or <c>api</c> for a client with tokens.</param>
/// <param name="CreatedAt">When it was opened (UTC).</param>
/// <param name="LastSeenAt">Its last request, exact to a few minutes (UTC).</param>
/// <param name="ExpiresAt">When it ends at the latest (UTC).</param>
/// <param name="Label">The browser, such as <c>Firefox on Linux</c>.</param>
/// <param name="Current">It is the session of this request.</param>
internal sealed record SessionView(
    Guid Id,
    Guid? DeviceId,
    string Kind,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt,
    string Label,
    bool Current
);

/// <summary>Signing out, and the list of one's own sessions.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/signout", SignOutAsync)
            .WithName("sign_out")
            .WithSummary("Ends the session of this browser; repeating it changes nothing.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .OpenBeforeEnrolment();
        auth.MapPost("/logout", SignOutAsync)
            .WithName("log_out")
            .WithSummary("Ends the session of this request, of a browser or of an API client with all its tokens.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireUser()
            .OpenBeforeEnrolment();
        auth.MapGet("/sessions", ListAsync)
            .WithName("list_sessions")
            .WithSummary("The sessions of the signed-in user, the newest first.")
            .Produces<Page<SessionView>>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .RequireUser()
            .OpenBeforeEnrolment();
        auth.MapDelete("/sessions/{id:guid}", EndAsync)
            .WithName("end_session")
            .WithSummary("Ends one session of the signed-in user, at once and everywhere.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireUser()
            .OpenBeforeEnrolment();
        auth.MapDelete("/sessions", EndOthersAsync)
            .WithName("end_other_sessions")
            .WithSummary("Ends every session of the signed-in user but this one.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireUser()
            .OpenBeforeEnrolment();
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        SessionCookie cookie,
        ILogger<Session> log,
        CancellationToken cancellationToken
    )
    {
        var caller = context.Caller();
        if (caller is { UserId: { } user, SessionId: { } id })
        {
            await DeleteAsync(databases, session => session.Id == id, cancellationToken);
            Log.SessionEnded(log, id, user);
        }
        cookie.Clear(context);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery query,
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        TimeProvider time,
        IOptions<AccountsOptions> options,
        CancellationToken cancellationToken
    )
    {
        if (query.Read("sessions", out var page) is { } problem)
            return problem;
        var user = context.RequiredUserId();
        var current = context.Caller().SessionId;
        var now = time.GetUtcNow();
        var idleSince = now - options.Value.IdleLifetime;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sessions = await page.ReadAsync(
            db.Set<Session>()
                .AsNoTracking()
                .Where(session => session.UserId == user && session.ExpiresAt > now && session.LastSeenAt > idleSince),
            session => new Cursor(session.CreatedAt, session.Id),
            session => new SessionView(
                session.Id,
                session.DeviceId,
                session.Kind,
                session.CreatedAt,
                session.LastSeenAt,
                session.ExpiresAt,
                BrowserLabel.Of(session.UserAgent),
                session.Id == current
            ),
            cancellationToken
        );
        return TypedResults.Ok(sessions);
    }

    private static async Task<IResult> EndAsync(
        Guid id,
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        SessionCookie cookie,
        ILogger<Session> log,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        if (await DeleteAsync(databases, session => session.Id == id && session.UserId == user, cancellationToken) == 0)
            return Problem.NotFound("session");
        Log.SessionEnded(log, id, user);
        if (id == context.Caller().SessionId)
            cookie.Clear(context);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> EndOthersAsync(
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        ILogger<Session> log,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        var current = context.Caller().SessionId;
        var ended = await DeleteAsync(
            databases,
            session => session.UserId == user && session.Id != current,
            cancellationToken
        );
        Log.OthersEnded(log, user, ended);
        return TypedResults.NoContent();
    }

    private static async Task<int> DeleteAsync(
        IDbContextFactory<HeretixDb> databases,
        System.Linq.Expressions.Expression<Func<Session, bool>> which,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Set<Session>().Where(which).ExecuteDeleteAsync(cancellationToken);
    }
}
