using System.Buffers;

namespace Heretix.Platform.Notifications;

internal static class Channel
{
    /// <summary>PostgreSQL cuts longer names off silently.</summary>
    private const int Longest = 63;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <exception cref="ArgumentException">The name could not stand in a LISTEN.</exception>
    public static void Check(string channel)
    {
        var isName = channel is { Length: > 0 and <= Longest } && channel.AsSpan().IndexOfAnyExcept(Letters) < 0;
        if (!isName)
            throw new ArgumentException(
                $"the channel {channel} is not a name of 1 to {Longest} small letters, digits and underscores",
                nameof(channel)
            );
    }
}
