using System.IO.Compression;
using Heretix.Chats.Input;
using Heretix.Chats.Instagram;
using Heretix.Chats.Parsing;
using Heretix.Chats.Telegram;

namespace Heretix.Chats;

/// <summary>
/// A chat export whose form is known: a first pass has gathered the evidence, and every <see cref="Read"/> is a pass that
/// yields messages. The caller's stream stays open and must not be used while a reader is.
/// </summary>
public sealed class ChatExport : IDisposable
{
    private const int Start = 4096;
    private readonly Func<ChatReader> read;
    private readonly ZipArchive? zip;
    private readonly Func<byte[]>? document;

    private ChatExport(ChatFormat format, Func<ChatReader> read, ZipArchive? zip, Func<byte[]>? document = null)
    {
        Format = format;
        this.read = read;
        this.zip = zip;
        this.document = document;
    }

    /// <summary>How the file was understood.</summary>
    public ChatFormat Format { get; }

    internal bool IsWhatsApp => Format.Platform == ChatPlatform.WhatsApp;

    /// <summary>A JSON export as a whole.</summary>
    internal byte[] ReadDocument() => document!();

    /// <summary>Opens a text file, a zip, or a JSON export, and looks once over the whole of it.</summary>
    /// <param name="stream">The file; it must be seekable, since it is read twice.</param>
    /// <param name="options">Limits, and an order of dates to be used whatever the file says.</param>
    /// <param name="cancellationToken">Stops the first pass.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ChatOpening Open(
        Stream stream,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("the stream must be seekable", nameof(stream));
        options ??= new ChatOptions();
        try
        {
            return IsZip(stream)
                ? OpenZip(stream, options, cancellationToken)
                : OpenFiles([() => new SharedStream(stream)], null, null, options, cancellationToken);
        }
        catch (InvalidDataException broken)
        {
            return IsZip(stream)
                ? new ChatOpening.Refused(ChatRefusal.BrokenZip, $"the zip is damaged: {broken.Message}")
                : new ChatOpening.Refused(ChatRefusal.NotAChat, broken.Message);
        }
    }

    /// <summary>Starts a pass over the messages. One reader at a time.</summary>
    public ChatReader Read() => read();

    /// <inheritdoc/>
    public void Dispose() => zip?.Dispose();

    private static ChatOpening OpenZip(Stream stream, ChatOptions options, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var finding = ZipChat.Find(zip, options);
            if (finding.Refused is { } refused)
                return refused;
            var name = finding.Entries[^1].FullName;
            List<Func<Stream>> files = [.. finding.Entries.Select(entry => (Func<Stream>)(() => ZipChat.Open(entry)))];
            var opening = OpenFiles(files, name, zip, options, cancellationToken);
            if (opening is ChatOpening.Opened)
                zip = null;
            return opening;
        }
        finally
        {
            zip?.Dispose();
        }
    }

    private static ChatOpening OpenFiles(
        List<Func<Stream>> files,
        string? entry,
        ZipArchive? zip,
        ChatOptions options,
        CancellationToken cancellationToken
    )
    {
        var start = new byte[Start];
        int length;
        using (var first = files[0]())
            length = first.ReadAtLeast(start, Start, throwOnEndOfStream: false);
        if (length == 0)
            return new ChatOpening.Refused(ChatRefusal.Empty, "the file is empty");
        var encoding = TextEncoding.Detect(start.AsSpan(0, length));
        var text = start.AsSpan(encoding.ByteOrderMark, length - encoding.ByteOrderMark).TrimStart(" \t\r\n"u8);
        if (encoding.Encoding is null && text.Length > 0 && text[0] == '{')
            return OpenJson(files, entry, zip, options, encoding, cancellationToken);
        return OpenText(files[0], entry, zip, options, encoding, cancellationToken);
    }

    private static ChatOpening OpenText(
        Func<Stream> file,
        string? entry,
        ZipArchive? zip,
        ChatOptions options,
        TextEncoding encoding,
        CancellationToken cancellationToken
    )
    {
        var survey = Look(encoding);
        if (encoding.Encoding is null && survey.DamagedLines > survey.ForeignLines)
        {
            // Most characters outside ASCII are no UTF-8: the file comes from an old Windows program.
            encoding = TextEncoding.Windows1252;
            survey = Look(encoding);
        }
        if (survey.Decide(options) is not { } form)
            return new ChatOpening.Refused(
                ChatRefusal.NotAChat,
                "no line begins like a message of WhatsApp, and it is no JSON of Telegram or Instagram"
            );
        var format = new ChatFormat
        {
            Platform = ChatPlatform.WhatsApp,
            Encoding = encoding.Name,
            Entry = entry,
            Title =
                form.NotNames.Titles.Count > 0 ? System.Text.Encoding.UTF8.GetString(form.NotNames.Titles[0]) : null,
            Pattern = form.Pattern,
            DateOrder = form.DateOrder,
            Language = form.Language,
            Headers = form.Headers,
            OtherHeaders = form.OtherHeaders,
            DamagedLines = survey.DamagedLines,
            LearnedMarkers = RepeatedMarkers.ToList(form.Markers),
        };
        return new ChatOpening.Opened(new ChatExport(format, NewReader, zip));

        Survey Look(TextEncoding by)
        {
            var looked = new Survey();
            using var lines = new LineReader(by.Utf8Stream(file()), options.LongestMessage);
            looked.Read(lines, cancellationToken);
            return looked;
        }

        ChatReader NewReader() =>
            new WhatsAppReader(
                new LineReader(encoding.Utf8Stream(file()), options.LongestMessage),
                form,
                survey.DamagedLines > 0,
                options.LongestMessage
            );
    }

    private static ChatOpening OpenJson(
        List<Func<Stream>> files,
        string? entry,
        ZipArchive? zip,
        ChatOptions options,
        TextEncoding encoding,
        CancellationToken cancellationToken
    )
    {
        List<Func<Stream>> texts = [.. files.Select(file => (Func<Stream>)(() => encoding.Utf8Stream(file())))];
        var survey = JsonSurvey.Look(texts, cancellationToken);
        if (survey.Refused is { } refused)
            return refused;
        var format = new ChatFormat
        {
            Platform = survey.Platform,
            Encoding = encoding.Name,
            Entry = entry,
            Title = survey.Title,
            Headers = survey.Records,
        };
        ChatReader NewReader() =>
            survey.Platform == ChatPlatform.Telegram
                ? new TelegramReader(texts[0](), options.LongestMessage)
                : new InstagramReader(texts, options.LongestMessage);
        return new ChatOpening.Opened(new ChatExport(format, NewReader, zip, Whole));

        byte[] Whole()
        {
            if (texts.Count > 1)
                throw new InvalidDataException(
                    $"the chat is in {texts.Count} files: give each of them by itself, with the same seed"
                );
            using var whole = new MemoryStream();
            using var stream = texts[0]();
            stream.CopyTo(whole);
            return whole.ToArray();
        }
    }

    private static bool IsZip(Stream stream)
    {
        stream.Position = 0;
        Span<byte> start = stackalloc byte[4];
        var length = stream.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        return length == 4 && (start.SequenceEqual("PK\u0003\u0004"u8) || start.SequenceEqual("PK\u0005\u0006"u8));
    }
}
