using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Http.OpenApi;

internal static class ApiDocumentServices
{
    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1");

    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
    }
}
