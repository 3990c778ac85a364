using System.Text.Json.Serialization;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Sessions;

/// <summary>A session as its user sees it.</summary>
/// <param name="Id">Id to end it by.</param>
/// <param name="CreatedAt">When it was opened (UTC).</param>
/// <param name="LastSeenAt">Its last request, exact to a few minutes (UTC).</param>
/// <param name="ExpiresAt">When it ends at the latest (UTC).</param>
/// <param name="Label">The browser, such as <c>Firefox on Linux</c>.</param>
/// <param name="Current">It is the session of this request.</param>
internal sealed record SessionView(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("last_seen_at")] DateTimeOffset LastSeenAt,
    [property: JsonPropertyName("expires_at")] DateTimeOffset ExpiresAt,
    [property: JsonPropertyName("label")] string Label,
    [property: JsonPropertyName("current")] bool Current
);

/// <summary>A page of sessions, the newest first.</summary>
/// <param name="Items">The sessions.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
internal sealed record SessionPage(
    [property: JsonPropertyName("items")] IReadOnlyList<SessionView> Items,
    [property: JsonPropertyName("next_cursor")] string? NextCursor
);

/// <summary>Signing out, and the list of one's own sessions.</summary>
internal static class SessionEndpoints
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 100;

    public static void MapSessions(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/signout", SignOutAsync)
            .WithName("sign_out")
            .WithSummary("Ends the session of this browser; repeating it changes nothing.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        auth.MapGet("/sessions", ListAsync)
            .WithName("list_sessions")
            .WithSummary("The sessions of the signed-in user, the newest first.")
            .Produces<SessionPage>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .RequireUser();
        auth.MapDelete("/sessions/{id:guid}", EndAsync)
            .WithName("end_session")
            .WithSummary("Ends one session of the signed-in user, at once and everywhere.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireUser();
        auth.MapDelete("/sessions", EndOthersAsync)
            .WithName("end_other_sessions")
            .WithSummary("Ends every session of the signed-in user but this one.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireUser();
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
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        TimeProvider time,
        Microsoft.Extensions.Options.IOptions<AccountsOptions> options,
        int limit = DefaultLimit,
        string? cursor = null,
        CancellationToken cancellationToken = default
    )
    {
        if (limit is < 1 or > LargestLimit)
            return Problem.Invalid(
                new Dictionary<string, string[]> { ["limit"] = [$"A page has 1 to {LargestLimit} sessions."] }
            );
        var before = Guid.AllBitsSet;
        if (cursor is not null && !Guid.TryParseExact(cursor, "N", out before))
            return Problem.Invalid(
                new Dictionary<string, string[]> { ["cursor"] = ["Send next_cursor of the page before, unchanged."] }
            );
        var user = context.RequiredUserId();
        var now = time.GetUtcNow();
        var idleSince = now - options.Value.IdleLifetime;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<Session>()
            .AsNoTracking()
            .Where(session =>
                session.UserId == user
                && session.ExpiresAt > now
                && session.LastSeenAt > idleSince
                && session.Id < before
            )
            .OrderByDescending(session => session.Id)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        var current = context.Caller().SessionId;
        var items = rows.Take(limit)
            .Select(row => new SessionView(
                row.Id,
                row.CreatedAt,
                row.LastSeenAt,
                row.ExpiresAt,
                BrowserLabel.Of(row.UserAgent),
                row.Id == current
            ))
            .ToList();
        return TypedResults.Ok(new SessionPage(items, rows.Count > limit ? items[^1].Id.ToString("N") : null));
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
