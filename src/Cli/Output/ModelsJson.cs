using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Models;

namespace Heretix.Cli.Output;

/// <summary>The document that <c>hx models --json</c> prints.</summary>
internal sealed record ModelsDocument(IReadOnlyList<ModelEntry> Models);

/// <summary>One model; <c>model</c> is null for servers of one's own, whose models only the user knows.</summary>
internal sealed record ModelEntry(
    string Provider,
    string? Model,
    IReadOnlyList<string> Aliases,
    bool Default,
    string? BaseUrl,
    IReadOnlyList<string> KeyVariables,
    bool KeyRequired,
    bool KeySet,
    PriceEntry? PriceUsdPerMillionTokens,
    string StructuredOutput,
    double? RequestsPerMinute,
    double? TokensPerMinute,
    int MaxOutputTokens
);

/// <summary>What a model's tokens cost.</summary>
internal sealed record PriceEntry(decimal Input, decimal Output);

/// <summary>Source-generated JSON of the list of models.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelsDocument))]
internal sealed partial class ModelsJson : JsonSerializerContext
{
    private static readonly ModelsJson Indented = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static string Of(IReadOnlyList<ModelListing> models) =>
        JsonSerializer.Serialize(new ModelsDocument([.. models.Select(Entry)]), Indented.ModelsDocument);

    private static ModelEntry Entry(ModelListing model) =>
        new(
            model.Provider,
            model.Model.Length > 0 ? model.Model : null,
            model.Aliases,
            model.IsDefault,
            model.BaseUrl?.AbsoluteUri,
            model.KeyVariables,
            model.KeyRequired,
            model.KeyPresent,
            model.Price is { } price ? new PriceEntry(price.InputPerMillion, price.OutputPerMillion) : null,
            ModelsText.ModeOf(model.StructuredOutput),
            model.RequestsPerMinute,
            model.TokensPerMinute,
            model.MaxOutputTokens
        );
}
