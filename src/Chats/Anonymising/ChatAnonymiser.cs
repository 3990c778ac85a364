using System.Text;
using Heretix.Chats.Parsing;
using Heretix.Chats.Phrases;

namespace Heretix.Chats.Anonymising;

/// <summary>
/// Writes a chat again in its own form without what names people: authors, mentions, telephone numbers, e-mail addresses,
/// links, places and names of files become stable pseudonyms, and notices of the app, which name others, one neutral word.
/// What is left is still what people wrote: it may tell who they are to those who know them.
/// </summary>
public static class ChatAnonymiser
{
    private const string Notice = "notice";

    /// <summary>Writes the chat as UTF-8.</summary>
    /// <param name="export">The chat.</param>
    /// <param name="output">Where it goes; stays open.</param>
    /// <param name="seed">The same seed gives the same pseudonyms.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>Messages written, notices among them.</returns>
    /// <exception cref="InvalidDataException">The source broke in the middle.</exception>
    public static long Write(
        ChatExport export,
        Stream output,
        ulong seed,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(export);
        ArgumentNullException.ThrowIfNull(output);
        var pseudonyms = new Pseudonyms(seed);
        var text = new PersonalText(pseudonyms, Names(export, cancellationToken));
        return export.IsWhatsApp
            ? WriteText(export, output, pseudonyms, text, cancellationToken)
            : JsonAnonymiser.Write(export, output, text, cancellationToken);
    }

    private static IReadOnlyList<string> Names(ChatExport export, CancellationToken cancellationToken)
    {
        using var reader = export.Read();
        while (reader.Read())
            cancellationToken.ThrowIfCancellationRequested();
        return reader.Authors.ToList();
    }

    private static long WriteText(
        ChatExport export,
        Stream output,
        Pseudonyms pseudonyms,
        PersonalText text,
        CancellationToken cancellationToken
    )
    {
        using var reader = (WhatsAppReader)export.Read();
        using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        writer.NewLine = "\n";
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var message = reader.Current;
            var raw = reader.Raw;
            writer.Write(Encoding.UTF8.GetString(raw.Header));
            if (message.Author >= 0)
                writer.Write(text.Person(message.GetAuthor()!) + ": ");
            else if (!raw.Name.IsEmpty)
                writer.Write(pseudonyms.Of("Group", export.Format.Title ?? "") + ": ");
            writer.WriteLine(Said(message, Encoding.UTF8.GetString(raw.Text), text));
        }
        return reader.Count;
    }

    private static string Said(in MessageView message, string raw, PersonalText text)
    {
        switch (message.Kind)
        {
            case MessageKind.System:
                return Notices.IsEncryption(message.Text) ? raw
                    : raw.StartsWith('\u200E') ? "\u200E" + Notice
                    : Notice;
            case MessageKind.Deleted:
            case MessageKind.Call:
                return raw;
            default:
                if (message.FileName.IsEmpty)
                    return text.Replace(raw);
                // The name is put back after the words around it were replaced.
                const string hole = "\uFFFC";
                var name = Encoding.UTF8.GetString(message.FileName);
                var at = raw.IndexOf(name, StringComparison.Ordinal);
                var around = raw[..at] + hole + raw[(at + name.Length)..];
                return text.Replace(around).Replace(hole, text.File(name), StringComparison.Ordinal);
        }
    }
}
