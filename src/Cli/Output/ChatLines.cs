using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heretix.Chats;

namespace Heretix.Cli.Output;

/// <summary>Messages as JSON, one object a line.</summary>
internal sealed class ChatLines(TextWriter output) : IDisposable
{
    private const int Piece = 32 * 1024;
    private static readonly JsonEncodedText TimestampName = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText AuthorName = JsonEncodedText.Encode("author");
    private static readonly JsonEncodedText KindName = JsonEncodedText.Encode("kind");
    private static readonly JsonEncodedText TextName = JsonEncodedText.Encode("text");
    private readonly ArrayBufferWriter<byte> buffer = new(2 * Piece);
    private readonly Utf8JsonWriter json = new(
        Stream.Null,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    public void Write(in MessageView message)
    {
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString(TimestampName, message.Timestamp);
        if (message.Author < 0)
            json.WriteNull(AuthorName);
        else
            json.WriteString(AuthorName, message.AuthorName);
        json.WriteString(KindName, KindNames.Of(message.Kind));
        json.WriteString(TextName, message.Text);
        if (message.Media != MediaKind.Unknown)
            json.WriteString("media", KindNames.Of(message.Media));
        if (!message.FileName.IsEmpty)
            json.WriteString("file", message.FileName);
        if (message.Edited)
            json.WriteBoolean("edited", true);
        if (message.Cut)
            json.WriteBoolean("cut", true);
        if (message.Reactions > 0)
            json.WriteNumber("reactions", message.Reactions);
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        if (buffer.WrittenCount >= Piece)
            Flush();
    }

    public void Dispose()
    {
        Flush();
        json.Dispose();
    }

    private void Flush()
    {
        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        buffer.ResetWrittenCount();
    }
}
