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
    public static ResultJson Compact { get; } = new(Options(indented: false));

    /// <summary>The same, indented for people.</summary>
    public static ResultJson Indented { get; } = new(Options(indented: true));

    private static JsonSerializerOptions Options(bool indented) =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
}
