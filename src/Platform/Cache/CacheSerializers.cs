using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Cache;

/// <summary>A context whose types can be cached; rooms register theirs with <c>AddCacheJson</c>.</summary>
/// <param name="Resolver">Source-generated.</param>
internal sealed record CacheJson(IJsonTypeInfoResolver Resolver);

/// <summary>
/// Finds how a type is written: an <see cref="IHybridCacheSerializer{T}"/> that is registered for it, bytes and text as
/// they are, or JSON by a registered source-generated context.
/// </summary>
internal sealed class CacheSerializers(IServiceProvider services, IEnumerable<CacheJson> contexts)
{
    private readonly ConcurrentDictionary<Type, object> known = new();
    private readonly JsonSerializerOptions json = new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine([
            .. contexts.Select(context => context.Resolver),
            PlainTypes.Default,
        ]),
    };

    /// <exception cref="InvalidOperationException">Nothing is registered for the type.</exception>
    public IHybridCacheSerializer<T> For<T>() =>
        (IHybridCacheSerializer<T>)(
            known.TryGetValue(typeof(T), out var found) ? found : known.GetOrAdd(typeof(T), _ => Find<T>())
        );

    /// <summary>Reads a value; false when the bytes are not one, for example because an older version wrote them.</summary>
    public bool TryRead<T>(ReadOnlyMemory<byte> bytes, out T value)
    {
        try
        {
            value = For<T>().Deserialize(new ReadOnlySequence<byte>(bytes));
            return true;
        }
        catch (Exception)
        {
            value = default!;
            return false;
        }
    }

    private object Find<T>()
    {
        if (services.GetService<IHybridCacheSerializer<T>>() is { } registered)
            return registered;
        if (typeof(T) == typeof(byte[]))
            return new BytesSerializer();
        if (typeof(T) == typeof(string))
            return new TextSerializer();
        return json.TryGetTypeInfo(typeof(T), out var type)
            ? new JsonCacheSerializer<T>((JsonTypeInfo<T>)type)
            : throw new InvalidOperationException(
                $"{typeof(T)} cannot be cached: register its JsonSerializerContext with services.AddCacheJson(...), or an "
                    + $"IHybridCacheSerializer<{typeof(T).Name}>"
            );
    }
}

internal sealed class JsonCacheSerializer<T>(JsonTypeInfo<T> type) : IHybridCacheSerializer<T>
{
    public T Deserialize(ReadOnlySequence<byte> source)
    {
        var reader = new Utf8JsonReader(source);
        var value = JsonSerializer.Deserialize(ref reader, type)!;
        return reader.Read() ? throw new JsonException("more than one value") : value;
    }

    public void Serialize(T value, IBufferWriter<byte> target)
    {
        using var writer = new Utf8JsonWriter(target);
        JsonSerializer.Serialize(writer, value, type);
    }
}

internal sealed class BytesSerializer : IHybridCacheSerializer<byte[]>
{
    public byte[] Deserialize(ReadOnlySequence<byte> source) => source.ToArray();

    public void Serialize(byte[] value, IBufferWriter<byte> target) => target.Write(value);
}

internal sealed class TextSerializer : IHybridCacheSerializer<string>
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public string Deserialize(ReadOnlySequence<byte> source) => Strict.GetString(source);

    public void Serialize(string value, IBufferWriter<byte> target) => Strict.GetBytes(value, target);
}

/// <summary>Types that need no context of a room.</summary>
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(DateTimeOffset))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Guid[]))]
internal sealed partial class PlainTypes : JsonSerializerContext;
