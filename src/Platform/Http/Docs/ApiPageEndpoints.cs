using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Platform.Http.Docs;

/// <summary><c>/docs</c>, its files, and <c>/</c>, which leads there.</summary>
internal static class ApiPageEndpoints
{
    public static void MapApiPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", static () => TypedResults.Redirect("/docs")).ExcludeFromDescription();
        routes
            .MapGet("/docs", static (ApiPage page, HttpContext context) => page.Page(context))
            .ExcludeFromDescription();
        routes
            .MapGet("/docs/{name}", static (string name, ApiPage page, HttpContext context) => page.File(name, context))
            .ExcludeFromDescription();
    }
}
