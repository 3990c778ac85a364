using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Checks.Catalog;
using Heretix.Checks.History;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Checks.Run;
using Heretix.Platform.Http.Json;
using Heretix.Platform.Http.Paging;

namespace Heretix.Checks;

/// <summary>Source-generated JSON of the service, in the form of the wire.</summary>
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunResponse))]
[JsonSerializable(typeof(StartedEvent))]
[JsonSerializable(typeof(ProgressEvent))]
[JsonSerializable(typeof(ErrorEvent))]
[JsonSerializable(typeof(Page<HistoryItem>))]
[JsonSerializable(typeof(CheckDetail))]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(SamplerRecord))]
[JsonSerializable(typeof(ConfigRecord))]
internal sealed partial class ChecksJson : JsonSerializerContext
{
    /// <summary>As the HTTP layer writes it.</summary>
    public static ChecksJson Wire { get; } = new(Written());

    private static JsonSerializerOptions Written()
    {
        var options = new JsonSerializerOptions();
        WireJson.Configure(options);
        return options;
    }
}
