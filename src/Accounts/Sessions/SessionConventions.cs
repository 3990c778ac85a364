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

/// <summary>The endpoint does not look at the session.</summary>
internal sealed class SessionIgnored
{
    public static SessionIgnored Instance { get; } = new();
}
