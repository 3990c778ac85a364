using System.Text;
using System.Text.Unicode;

namespace Heretix.Chats.Instagram;

/// <summary>Instagram writes each byte of UTF-8 as if it were a character of Latin-1.</summary>
internal static class BrokenText
{
    /// <summary>The text that was meant; unchanged when it was not broken.</summary>
    public static string Repair(string text)
    {
        if (Ascii.IsValid(text) || text.AsSpan().ContainsAnyInRange('\u0100', '\uFFFF'))
            return text;
        var bytes = Encoding.Latin1.GetBytes(text);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : text;
    }
}
