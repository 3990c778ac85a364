namespace Heretix.Platform.Cache;

internal static class CacheTags
{
    private const int Most = 16;
    private static readonly string[] None = [];

    /// <summary>Sorted and without repetition, so that the same tags are the same wherever they are named.</summary>
    /// <exception cref="ArgumentException">More than 16, or one that is empty or <c>*</c>.</exception>
    public static string[] Of(IEnumerable<string>? tags)
    {
        if (tags is null)
            return None;
        var distinct = tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (distinct.Length > Most)
            throw new ArgumentException($"an entry has {distinct.Length} tags; at most {Most} are kept", nameof(tags));
        if (distinct.Any(tag => string.IsNullOrEmpty(tag) || tag == "*"))
            throw new ArgumentException("a tag is empty or *, which stands for every entry", nameof(tags));
        return distinct;
    }
}
