using Microsoft.AspNetCore.Routing;

namespace Heretix.Platform.Http.Docs;

internal sealed class ApiPage;

internal static class ApiPageEndpoints
{
    public static void MapApiPage(this IEndpointRouteBuilder routes) { }
}
