using System.Text.Json;
using Heretix.Platform.Http.Idempotency;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>Gives each operation an id, a tag and what its filters take, unless the endpoint said so itself.</summary>
internal static class Operations
{
    public static Task Describe(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var path = "/" + context.Description.RelativePath?.TrimStart('/');
        var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId ??= Id(context.Description.HttpMethod ?? "GET", path);
        operation.Summary ??= Words(operation.OperationId);
        if (!endpoint.OfType<ITagsMetadata>().Any())
            operation.Tags = new HashSet<OpenApiTagReference> { new(Tag(path), context.Document) };
        if (endpoint.OfType<IdempotentMetadata>().Any())
            (operation.Parameters ??= []).Add(Key());
        foreach (var header in endpoint.OfType<TakenHeader>())
            (operation.Parameters ??= []).Add(Header(header));
        if (endpoint.OfType<RequestExample>().LastOrDefault() is { } example)
            Show(operation, example.Body, context.ApplicationServices);
        return Task.CompletedTask;
    }

    /// <summary><c>GET /api/checks/{id}</c> to <c>getChecksById</c>.</summary>
    private static string Id(string method, string path)
    {
        var words = path.Split('/', '-', '_')
            .Where(word => word.Length > 0 && word != "api")
            .Select(word => word.StartsWith('{') ? "by-" + word.Trim('{', '}').Split(':')[0] : word)
            .SelectMany(word => word.Split('-', '_', '.'));
        return method.ToLowerInvariant()
            + string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static string Words(string id)
    {
        var spaced = string.Concat(id.Select(c => char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));
        return char.ToUpperInvariant(spaced[0]) + spaced[1..];
    }

    private static string Tag(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is ["api", var room, ..] ? room : "server";
    }

    private static OpenApiParameter Key() =>
        new()
        {
            Name = KeyedRequests.Header,
            In = ParameterLocation.Header,
            Description =
                "A value of your own, best a UUID, that makes a repetition safe: within 24 hours the same request with the "
                + "same key gets the first answer again (`Idempotency-Replayed: true`) and has no second effect.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = 255,
            },
        };

    private static OpenApiParameter Header(TakenHeader header) =>
        new()
        {
            Name = header.Name,
            In = ParameterLocation.Header,
            Description = header.Description,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = header.Longest,
            },
        };

    private static void Show(OpenApiOperation operation, object body, IServiceProvider services)
    {
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
            content.Example = JsonSerializer.SerializeToNode(body, json.GetTypeInfo(body.GetType()));
    }
}
