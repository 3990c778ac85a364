using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Heretix.Cli.Output;

/// <summary>Source-generated JSON of the documents that verbs print with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EstimateDocument))]
[JsonSerializable(typeof(DescribeDocument))]
[JsonSerializable(typeof(ExecutionsDocument))]
[JsonSerializable(typeof(ShownDocument))]
[JsonSerializable(typeof(DeletedDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    /// <summary>Indented, with text outside ASCII written as it is; doubles read back to the last bit.</summary>
    public static DocumentJson Indented { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                WriteIndented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );

    /// <summary>A document as text.</summary>
    public static string Of<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.Serialize(document, type);
}
