using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heretix.Rpl.Results;

/// <summary>Source-generated JSON of results: snake_case members, nulls written, doubles round-trip.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, int>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<double>))]
public sealed partial class ResultJson : JsonSerializerContext
{
    /// <summary>Compact form, with text outside ASCII written as it is.</summary>
    public static ResultJson Compact { get; } = new(Settings(indented: false));

    /// <summary>The same, indented for people.</summary>
    public static ResultJson Indented { get; } = new(Settings(indented: true));

    private static JsonSerializerOptions Settings(bool indented) =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
}
