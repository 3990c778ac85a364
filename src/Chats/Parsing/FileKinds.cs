using System.Text;

namespace Heretix.Chats.Parsing;

/// <summary>Media by the name of the file.</summary>
internal static class FileKinds
{
    public static bool HasEnding(ReadOnlySpan<byte> file)
    {
        var dot = file.LastIndexOf((byte)'.');
        if (dot <= 0 || file.Length - dot is < 2 or > 6)
            return false;
        foreach (var value in file[(dot + 1)..])
        {
            if (!char.IsAsciiLetterOrDigit((char)value))
                return false;
        }
        return true;
    }

    public static (MessageKind Kind, MediaKind Media) Of(ReadOnlySpan<byte> file)
    {
        if (!HasEnding(file))
            return (MessageKind.Media, MediaKind.Unknown);
        Span<char> ending = stackalloc char[6];
        var bytes = file[(file.LastIndexOf((byte)'.') + 1)..];
        var length = Encoding.ASCII.GetChars(bytes, ending);
        for (var i = 0; i < length; i++)
            ending[i] = char.ToLowerInvariant(ending[i]);
        return ending[..length] switch
        {
            "vcf" => (MessageKind.Contact, MediaKind.Unknown),
            "webp" => (MessageKind.Media, MediaKind.Sticker),
            "gif" => (MessageKind.Media, MediaKind.Gif),
            "jpg" or "jpeg" or "png" or "heic" or "heif" or "avif" or "bmp" => (MessageKind.Media, MediaKind.Image),
            "mp4" or "mov" or "3gp" or "mkv" or "avi" or "webm" => file.IndexOf("-GIF-"u8) >= 0
                ? (MessageKind.Media, MediaKind.Gif)
                : (MessageKind.Media, MediaKind.Video),
            "opus" or "m4a" or "mp3" or "ogg" or "oga" or "aac" or "amr" or "wav" => (
                MessageKind.Media,
                MediaKind.Audio
            ),
            _ => (MessageKind.Media, MediaKind.Document),
        };
    }
}
