using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Accounts.SignIn;

/// <summary>Where a browser goes that signed in on a page of the server: to the web application, as <c>APP_URL/?signed=1</c>.</summary>
internal sealed class Welcome(ServerSettings settings)
{
    private readonly string address = settings.AppUrl.AbsoluteUri.TrimEnd('/') + "/?signed=1";

    /// <summary>Sends it there.</summary>
    public StatusCodeHttpResult Go(HttpContext context)
    {
        context.Response.Headers.Location = address;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
