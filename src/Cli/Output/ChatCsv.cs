using System.Globalization;
using Heretix.Chats;

namespace Heretix.Cli.Output;

/// <summary>Messages as RFC 4180; the author of a notice is an empty field.</summary>
internal static class ChatCsv
{
    public static void WriteHead(TextWriter output) => output.Write("timestamp,author,kind,media,file,edited,text\r\n");

    public static void Write(TextWriter output, in MessageView message)
    {
        output.Write(message.Timestamp.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Field(output, message.GetAuthor() ?? "");
        Field(output, KindNames.Of(message.Kind));
        Field(output, message.Media == MediaKind.Unknown ? "" : KindNames.Of(message.Media));
        Field(output, System.Text.Encoding.UTF8.GetString(message.FileName));
        Field(output, message.Edited ? "true" : "false");
        Field(output, message.GetText());
        output.Write("\r\n");
    }

    private static void Field(TextWriter output, string text)
    {
        output.Write(',');
        if (!text.AsSpan().ContainsAny(",\"\r\n"))
        {
            output.Write(text);
            return;
        }
        output.Write('"');
        output.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        output.Write('"');
    }
}
