using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>The description of the API: OpenAPI 3.1 at <c>/openapi/v1.json</c>, made from the endpoints themselves.</summary>
public static class ApiDocumentServices
{
    internal const string Path = "/openapi/v1.json";

    internal static void AddApiDocument(this IServiceCollection services)
    {
        services.AddOpenApi(
            ApiDocument.Name,
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.ShouldInclude = static _ => true;
                options.AddSchemaTransformer(WireSchemas.Describe);
                options.AddOperationTransformer(Operations.Describe);
            }
        );
        services.AddSingleton<ApiDocument>();
    }

    internal static void MapApiDocument(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                Path,
                static async (HttpContext context, ApiDocument document, CancellationToken cancellationToken) =>
                {
                    var (text, tag) = await document.TextAsync(cancellationToken);
                    context.Response.Headers.CacheControl = "no-cache";
                    return Results.Bytes(text, "application/json", entityTag: new EntityTagHeaderValue(tag));
                }
            )
            .ExcludeFromDescription();

    /// <summary>Shows a body in the API document as an example of what the endpoint takes.</summary>
    public static RouteHandlerBuilder Example<TRequest>(this RouteHandlerBuilder endpoint, TRequest body)
        where TRequest : notnull => endpoint.WithMetadata(new RequestExample(body));

    /// <summary>Shows a header in the API document that the endpoint reads, beside what it binds.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">The header.</param>
    /// <param name="description">What it says.</param>
    /// <param name="longest">Most characters of its value.</param>
    public static RouteHandlerBuilder TakesHeader(
        this RouteHandlerBuilder endpoint,
        string name,
        string description,
        int longest
    ) => endpoint.WithMetadata(new TakenHeader(name, description, longest));
}

/// <summary>A header that an endpoint reads.</summary>
internal sealed record TakenHeader(string Name, string Description, int Longest);

/// <summary>A body that an endpoint takes.</summary>
internal sealed record RequestExample(object Body);
