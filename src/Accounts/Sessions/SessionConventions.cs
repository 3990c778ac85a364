using Heretix.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Heretix.Accounts.Sessions;

/// <summary>What endpoints say about who may call them.</summary>
public static class SessionConventions
{
    /// <summary>
    /// Only for signed-in callers: others get 401 before limits, body and handler. Works on endpoints and on groups.
    /// </summary>
    public static TBuilder RequireUser<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(
            UserRequired.Instance,
            new ProducesResponseTypeMetadata(401, typeof(ProblemDetails), ["application/problem+json"])
        );

    /// <summary>
    /// Only for callers with a session of ours, because the endpoint changes or renews it: who comes with the token of an
    /// issuer has none, and gets 403. Includes <see cref="RequireUser"/>.
    /// </summary>
    public static TBuilder RequireSession<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint
            .RequireUser()
            .WithMetadata(
                SessionRequired.Instance,
                new ProducesResponseTypeMetadata(403, typeof(ProblemDetails), ["application/problem+json"])
            );

    /// <summary>
    /// The endpoint does not act for whoever is signed in (it has its own proof, like the signature of a webhook, or
    /// needs none): neither access token nor session cookie is looked at, as they never are outside /api, the caller is anonymous, and
    /// no CSRF token is asked for.
    /// </summary>
    public static TBuilder IgnoreSession<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(SessionIgnored.Instance);

    /// <summary>
    /// Open also to a user who must set up a second factor first (<c>TotpRequired</c>); everything else that a session is looked
    /// at for is answered 403 <c>second_factor_enrolment_required</c> until then.
    /// </summary>
    public static TBuilder OpenBeforeEnrolment<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(BeforeEnrolment.Instance);

    /// <summary>The signed-in user of an endpoint with <see cref="RequireUser"/>.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the convention is missing.</exception>
    public static Guid RequiredUserId(this HttpContext context) =>
        context.Caller().UserId
        ?? throw new InvalidOperationException("this endpoint reads the user but was mapped without RequireUser()");

    /// <summary>The session of an endpoint with <see cref="RequireSession"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none: the convention is missing.</exception>
    public static Guid RequiredSessionId(this HttpContext context) =>
        context.Caller().SessionId
        ?? throw new InvalidOperationException(
            "this endpoint reads the session but was mapped without RequireSession()"
        );
}

/// <summary>The endpoint is for signed-in callers.</summary>
internal sealed class UserRequired
{
    public static UserRequired Instance { get; } = new();
}

/// <summary>The endpoint is open before the second factor is set up.</summary>
internal sealed class BeforeEnrolment
{
    public static BeforeEnrolment Instance { get; } = new();
}

/// <summary>The endpoint is for callers with a session of ours.</summary>
internal sealed class SessionRequired
{
    public static SessionRequired Instance { get; } = new();
}

/// <summary>The endpoint does not look at the session.</summary>
internal sealed class SessionIgnored
{
    public static SessionIgnored Instance { get; } = new();
}
