using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Rpl.Results;
using Microsoft.Extensions.Caching.Hybrid;

namespace Heretix.Checks.Cache;

/// <summary>A finished result as memory and Redis keep it: a copy of a row of <c>result_cache</c>, without its key.</summary>
internal sealed record KeptResult(RunResult Result, string SamplerJson, long[] SampleIds, DateTimeOffset ExpiresAt);

/// <summary>Writes the result in the form in which it is stored, so that both are read by one rule.</summary>
internal sealed class KeptResultSerializer : IHybridCacheSerializer<KeptResult>
{
    public KeptResult Deserialize(ReadOnlySequence<byte> source)
    {
        var reader = new Utf8JsonReader(source);
        var stored = JsonSerializer.Deserialize(ref reader, KeptResultJson.Default.StoredResult)!;
        return new KeptResult(
            stored.Payload.Deserialize(ResultJson.Compact.RunResult)!,
            stored.SamplerJson,
            stored.SampleIds,
            stored.ExpiresAt
        );
    }

    public void Serialize(KeptResult value, IBufferWriter<byte> target)
    {
        using var writer = new Utf8JsonWriter(target);
        var payload = JsonSerializer.SerializeToElement(value.Result, ResultJson.Compact.RunResult);
        var stored = new StoredResult(payload, value.SamplerJson, value.SampleIds, value.ExpiresAt);
        JsonSerializer.Serialize(writer, stored, KeptResultJson.Default.StoredResult);
    }
}

internal sealed record StoredResult(
    JsonElement Payload,
    string SamplerJson,
    long[] SampleIds,
    DateTimeOffset ExpiresAt
);

[JsonSerializable(typeof(StoredResult))]
internal sealed partial class KeptResultJson : JsonSerializerContext;
