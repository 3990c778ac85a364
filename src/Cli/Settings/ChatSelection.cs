using System.CommandLine;
using Heretix.Chats;

namespace Heretix.Cli.Settings;

/// <summary>Which export a verb of <c>hx chat</c> reads.</summary>
internal sealed class ChatSelection
{
    private static readonly string[] Orders = ["dmy", "mdy", "ymd", "ydm", "dym", "myd"];

    private readonly Argument<string> file = new("FILE")
    {
        Description =
            "A text file, a zip, Telegram's result.json or Instagram's message_1.json; - reads standard input",
    };

    private readonly Option<string?> order = OptionValues.Word(
        "--date-order",
        "Order of day, month and year, whatever the file says",
        "ORDER",
        Orders
    );

    public void AddTo(Command verb)
    {
        verb.Arguments.Add(file);
        verb.Options.Add(order);
        OptionValues.RefuseUnknownOptions(file, verb);
    }

    /// <summary>Name of the file without folder and ending.</summary>
    public string Name(ParseResult parsed) =>
        parsed.GetValue(file) is "-" ? "chat" : Path.GetFileNameWithoutExtension(parsed.GetValue(file)!);

    /// <summary>Full path of the file; null for standard input.</summary>
    public string? FullPath(ParseResult parsed) =>
        parsed.GetValue(file) is "-" ? null : Path.GetFullPath(parsed.GetValue(file)!);

    /// <summary>The file, which may be read several times.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public Stream Stream(ParseResult parsed)
    {
        var path = parsed.GetValue(file)!;
        if (path == "-")
            return Copy(Console.OpenStandardInput());
        if (!File.Exists(path))
            throw new UserErrorException($"there is no file {path}");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
    }

    /// <summary>The chat in the file.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public ChatExport Open(ParseResult parsed, Stream stream, CancellationToken stop)
    {
        var options = new ChatOptions
        {
            DateOrder = parsed.GetValue(order) is { } given ? Enum.Parse<DateOrder>(given, ignoreCase: true) : null,
        };
        return ChatExport.Open(stream, options, stop) switch
        {
            ChatOpening.Opened opened => opened.Export,
            ChatOpening.Refused refused => throw new UserErrorException($"{parsed.GetValue(file)}: {refused.Detail}"),
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>A file that is read twice cannot be a pipe: it goes to one that vanishes when it is closed.</summary>
    private static FileStream Copy(Stream input)
    {
        var path = Path.Combine(Path.GetTempPath(), "heretix-chat-" + Path.GetRandomFileName());
        var copy = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 1 << 16,
            }
        );
        using (input)
            input.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
