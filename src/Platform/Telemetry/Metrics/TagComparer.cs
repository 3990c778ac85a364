using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>The tags of a measurement in the order in which they came.</summary>
internal sealed record TagKey(Tag[] Tags);

/// <summary>
/// Finds a kept set of tags by the tags of a measurement without copying them. Only values are hashed: names hardly differ
/// between the measurements of one instrument and are compared anyway.
/// </summary>
internal sealed class TagComparer : IEqualityComparer<TagKey>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, TagKey>
{
    public static TagComparer Instance { get; } = new();

    public TagKey Create(ReadOnlySpan<Tag> alternate) => new(alternate.ToArray());

    public bool Equals(ReadOnlySpan<Tag> alternate, TagKey other)
    {
        var tags = other.Tags;
        if (tags.Length != alternate.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!string.Equals(tags[i].Key, alternate[i].Key, StringComparison.Ordinal))
                return false;
            if (!Equals(tags[i].Value, alternate[i].Value))
                return false;
        }
        return true;
    }

    public int GetHashCode(ReadOnlySpan<Tag> alternate)
    {
        var hash = alternate.Length;
        foreach (var tag in alternate)
            hash = unchecked(hash * 31 + (tag.Value?.GetHashCode() ?? 0));
        return hash;
    }

    public bool Equals(TagKey? x, TagKey? y) => x is null ? y is null : y is not null && Equals(x.Tags.AsSpan(), y);

    public int GetHashCode(TagKey obj) => GetHashCode(obj.Tags.AsSpan());
}
