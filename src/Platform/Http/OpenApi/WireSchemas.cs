using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>Describes types as they are on the wire, with the words of their XML documentation.</summary>
internal static class WireSchemas
{
    public static Task Describe(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var declared = context.JsonTypeInfo.Type;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var orNull = declared == type ? default : JsonSchemaType.Null;
        if (type == typeof(ulong))
        {
            schema.Type = JsonSchemaType.String | orNull;
            schema.Format = null;
            schema.Pattern = "^[0-9]{1,20}$";
        }
        else if (type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | orNull;
            schema.Format = "date-time";
        }
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String | orNull;
            schema.Enum =
            [
                .. Enum.GetNames(type)
                    .Select(name =>
                        (System.Text.Json.Nodes.JsonNode)JsonNamingPolicy.SnakeCaseLower.ConvertName(name)!
                    ),
            ];
        }
        schema.Description ??= Description(context);
        return Task.CompletedTask;
    }

    /// <summary>A type with a schema of its own carries its own words; another place's would overwrite them.</summary>
    private static string? Description(OpenApiSchemaTransformerContext context) =>
        IsOwnType(context.JsonTypeInfo.Type)
            ? XmlSummaries.Of(Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type)
            : XmlSummaries.Of(context.JsonPropertyInfo?.AttributeProvider as System.Reflection.PropertyInfo);

    private static bool IsOwnType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == false && !type.IsArray;
    }
}
