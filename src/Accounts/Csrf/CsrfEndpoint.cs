using Heretix.Accounts.Cookies;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Csrf;

/// <summary>A CSRF token.</summary>
/// <param name="CsrfToken">For the header X-CSRF-Token; also in the cookie that comes with it.</param>
internal sealed record CsrfAnswer(string CsrfToken);

/// <summary>Gives out the CSRF token of the caller's session, for pages that cannot read the cookie.</summary>
internal static class CsrfEndpoint
{
    public static void MapCsrf(this IEndpointRouteBuilder auth) =>
        auth.MapGet("/csrf", Handle)
            .WithName("get_csrf_token")
            .OpenBeforeEnrolment()
            .WithSummary("The token that unsafe requests of this session carry in X-CSRF-Token.")
            .Produces<CsrfAnswer>();

    /// <summary>
    /// A good token is given again, so that pages open side by side do not take it from each other. Without a session the
    /// token is good for nothing, and nothing asks for it; sign-in sets another. A client with an access token needs none, and
    /// the cookie beside it may be that of a browser's session, which is left alone.
    /// </summary>
    private static Ok<CsrfAnswer> Handle(HttpContext context, HeretixCookies cookies, IOptions<AccountsOptions> options)
    {
        var session = context.Features.Get<PresentedSession>()?.Token ?? Secret.New();
        var token = cookies.Read(context, CookieNames.Csrf);
        if (token is null || !CsrfToken.IsFor(session, token))
            token = CsrfToken.New(session);
        if (!BearerToken.IsSent(context.Request))
            cookies.Set(context, CookieNames.Csrf, token, options.Value.SessionLifetime);
        return TypedResults.Ok(new CsrfAnswer(token));
    }
}
