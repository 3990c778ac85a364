using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Http;

/// <summary>Who makes a request: a user, or a browser without a session.</summary>
/// <param name="UserId">The signed-in user; null for anonymous callers.</param>
/// <param name="SessionId">The session that says so; null also for a user whose token is that of an outside issuer.</param>
/// <param name="ByCookie">The session came in a cookie, so unsafe requests need a CSRF token and an Origin.</param>
public sealed record Caller(Guid? UserId, Guid? SessionId, bool ByCookie)
{
    /// <summary>Nobody in particular.</summary>
    public static Caller Anonymous { get; } = new(null, null, false);

    /// <summary>The e-mail address of the user, for display; null for who has none. Never logged.</summary>
    public string? Email { get; init; }

    /// <summary>The user must set up a second factor before anything else.</summary>
    public bool MustEnrol { get; init; }
}

/// <summary>The caller of a request, set by the room that knows about sessions before any endpoint runs.</summary>
public static class CallerExtensions
{
    /// <summary>Who makes this request.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.Get<Caller>() ?? Http.Caller.Anonymous;

    /// <summary>Says who makes this request.</summary>
    public static void SetCaller(this HttpContext context, Caller caller) => context.Features.Set(caller);
}
