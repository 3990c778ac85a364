using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heretix.Research.Compare;

/// <summary>Source-generated JSON of a comparison: snake_case members, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Comparison))]
public sealed partial class CompareJson : JsonSerializerContext
{
    /// <summary>Indented, with text outside ASCII written as it is.</summary>
    public static CompareJson Indented { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                WriteIndented = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
