using System.IO.Compression;

namespace Heretix.Chats.Input;

/// <summary>Finds the chat in a zip: among media, hidden files and folders, with limits against bombs.</summary>
internal static class ZipChat
{
    /// <summary>The entries that make up the chat: one text or JSON file, or the numbered files of an Instagram chat.</summary>
    public static ZipFinding Find(ZipArchive zip, ChatOptions options)
    {
        if (zip.Entries.Count > options.MostEntries)
            return Refuse(ChatRefusal.ZipBomb, $"the zip has more than {options.MostEntries} entries");
        var candidates = zip.Entries.Where(entry => Rank(entry) < int.MaxValue).ToList();
        if (candidates.Count == 0)
            return Refuse(
                ChatRefusal.NoChatInZip,
                "the zip holds no chat: no text file, result.json or message_1.json"
            );
        var best = candidates
            .OrderBy(Rank)
            .ThenByDescending(entry => entry.Length)
            .ThenBy(entry => entry.FullName, StringComparer.Ordinal)
            .First();
        if (!IsInstagram(best))
            return Check([best], options);
        var folders = candidates.Where(IsInstagram).GroupBy(Folder).ToList();
        if (folders.Count > 1)
            return Refuse(
                ChatRefusal.SeveralChats,
                $"the zip holds {folders.Count} Instagram chats: put the folder of one of them into a zip"
            );
        // The newest messages stand in the first file.
        return Check([.. folders[0].OrderByDescending(entry => Number(entry.Name))], options);
    }

    /// <summary>Opens an entry, which is cut off where it grows beyond what it claims.</summary>
    public static Stream Open(ZipArchiveEntry entry) => new BoundedStream(entry.Open(), entry.Length);

    private static ZipFinding Check(IReadOnlyList<ZipArchiveEntry> chat, ChatOptions options)
    {
        foreach (var entry in chat)
        {
            if (entry.IsEncrypted)
                return Refuse(ChatRefusal.EncryptedZip, "the zip is protected by a password");
            // A small file of one repeated line packs tightly without harm.
            const long harmless = 10 << 20;
            if (entry.Length > harmless && entry.Length / Math.Max(1, entry.CompressedLength) > options.HighestRatio)
                return Refuse(
                    ChatRefusal.ZipBomb,
                    $"the chat in the zip is more than {options.HighestRatio} times larger than its packed form"
                );
        }
        return chat.Sum(entry => entry.Length) > options.LargestUnpacked
            ? Refuse(ChatRefusal.ZipBomb, $"the chat in the zip is larger than {options.LargestUnpacked >> 20} MB")
            : new ZipFinding(chat, null);
    }

    private static ZipFinding Refuse(ChatRefusal reason, string detail) =>
        new([], new ChatOpening.Refused(reason, detail));

    /// <summary>0 is the best name for a chat.</summary>
    private static int Rank(ZipArchiveEntry entry)
    {
        var (path, name) = (entry.FullName.Replace('\\', '/'), entry.Name);
        if (
            name.Length == 0
            || name[0] == '.'
            || path.StartsWith("__MACOSX/", StringComparison.Ordinal)
            || path.Contains("/.", StringComparison.Ordinal)
        )
            return int.MaxValue;
        if (name.Equals("_chat.txt", StringComparison.OrdinalIgnoreCase))
            return 0;
        if (name.Equals("result.json", StringComparison.OrdinalIgnoreCase))
            return 1;
        if (IsInstagram(entry))
            return 2;
        if (!name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            return int.MaxValue;
        return name.Contains("WhatsApp", StringComparison.OrdinalIgnoreCase) ? 3 : 4;
    }

    private static bool IsInstagram(ZipArchiveEntry entry) => Number(entry.Name) > 0;

    private static int Number(string name) =>
        name.StartsWith("message_", StringComparison.OrdinalIgnoreCase)
        && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && int.TryParse(name.AsSpan(8, Math.Max(0, name.Length - 13)), out var number)
            ? number
            : 0;

    private static string Folder(ZipArchiveEntry entry) => entry.FullName[..^entry.Name.Length];
}

/// <summary>The entries of a chat in the order in which they are read, or why there are none.</summary>
internal sealed record ZipFinding(IReadOnlyList<ZipArchiveEntry> Entries, ChatOpening.Refused? Refused);
