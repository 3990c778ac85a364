using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Research.Store;

namespace Heretix.Cli.Output;

/// <summary>The document that <c>hx cache --json</c> prints.</summary>
internal sealed record CacheDocument(
    string Store,
    long Bytes,
    long Samples,
    long ReusableSamples,
    double PaidUsd,
    long Results,
    long ExpiredResults,
    IReadOnlyList<CacheModelEntry> Models
);

/// <summary>The samples of one model; <c>model</c> is null where the store does not know who answered.</summary>
internal sealed record CacheModelEntry(string? Model, bool Mock, long Samples, long ReusableSamples, double PaidUsd);

/// <summary>Source-generated JSON of what the cache holds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CacheDocument))]
internal sealed partial class CacheJson : JsonSerializerContext
{
    private static readonly CacheJson Indented = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static string Of(string store, CacheContents contents, IReadOnlyList<CachedModel> models) =>
        JsonSerializer.Serialize(
            new CacheDocument(
                store,
                contents.Bytes,
                contents.Samples,
                contents.ValidSamples,
                contents.PaidUsd,
                contents.Results,
                contents.ExpiredResults,
                [
                    .. models.Select(model => new CacheModelEntry(
                        model.Model,
                        model.Mock,
                        model.Samples,
                        model.ValidSamples,
                        model.PaidUsd
                    )),
                ]
            ),
            Indented.CacheDocument
        );
}
