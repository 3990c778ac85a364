using System.Text;

namespace Heretix.Checks.Store;

/// <summary>PostgreSQL takes every text but U+0000 and half surrogate pairs; models and providers send whatever they like.</summary>
internal static class CleanText
{
    /// <summary>The text with U+FFFD in the place of what cannot be stored; the same instance when there is nothing.</summary>
    public static string Of(string text)
    {
        if (!text.Contains('\0', StringComparison.Ordinal) && !HasHalfPairs(text))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }

    public static string? OrNull(string? text) => text is null ? null : Of(text);

    private static bool HasHalfPairs(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
                return true;
            text = text[used..];
        }
        return false;
    }
}
