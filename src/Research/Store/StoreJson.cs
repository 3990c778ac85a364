using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Rpl.Requests;

namespace Heretix.Research.Store;

/// <summary>Shape of <c>sampler_json</c>.</summary>
internal sealed record SamplerRecord(
    [property: JsonPropertyName("T_bank")] int BankSize,
    [property: JsonPropertyName("T")] int Templates,
    IReadOnlyList<int> Seq,
    IReadOnlyList<int> TplIndices,
    IReadOnlyDictionary<string, int> WarningCounts,
    int WarningTotal
);

/// <summary>Shape of <c>config_json</c>: the keys of a config file.</summary>
internal sealed record RequestRecord(
    string Claim,
    string Model,
    string? Provider,
    string? BaseUrl,
    string PromptVersion,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int? T,
    [property: JsonPropertyName("B")] int B,
    string? Seed,
    int MaxOutputTokens,
    int? MaxPromptChars,
    bool NoCache,
    bool Mock,
    bool Auto
);

/// <summary>Source-generated JSON of the store's own columns.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SamplerRecord))]
[JsonSerializable(typeof(RequestRecord))]
internal sealed partial class StoreJson : JsonSerializerContext;

/// <summary>A request as it is recorded.</summary>
internal static class RequestJson
{
    public static string Of(MeasurementRequest request) =>
        JsonSerializer.Serialize(
            new RequestRecord(
                request.Claim,
                request.Model,
                request.Provider,
                request.BaseUrl?.AbsoluteUri,
                request.PromptVersion,
                request.K,
                request.R,
                request.T,
                request.B,
                request.Seed?.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
                request.MaxOutputTokens,
                request.MaxPromptChars,
                request.NoCache,
                request.Mock,
                request.Auto
            ),
            StoreJson.Default.RequestRecord
        );
}
