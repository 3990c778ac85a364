using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Checks.Catalog;
using Heretix.Checks.History;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Checks.Run;
using Heretix.Rpl.Results;

namespace Heretix.Checks;

/// <summary>Source-generated JSON of the service: snake_case members, nulls written, times in UTC with <c>Z</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcTime)]
)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunResponse))]
[JsonSerializable(typeof(StartedEvent))]
[JsonSerializable(typeof(ProgressEvent))]
[JsonSerializable(typeof(ErrorEvent))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(CheckDetail))]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(SamplerRecord))]
[JsonSerializable(typeof(ConfigRecord))]
internal sealed partial class ChecksJson : JsonSerializerContext
{
    /// <summary>Compact, with text outside ASCII written as it is.</summary>
    public static ChecksJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                Converters = { new UtcTime() },
            }
        );
}
