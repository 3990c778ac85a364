using System.Text;
using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Opens exports and reads them to their end.</summary>
internal static class Chat
{
    public static ParsedChat Parse(string text, ChatOptions? options = null) =>
        Parse(Encoding.UTF8.GetBytes(text), options);

    public static ParsedChat Parse(byte[] bytes, ChatOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        var opening = ChatExport.Open(stream, options, TestContext.Current.CancellationToken);
        using var export = opening
            .ShouldBeOfType<ChatOpening.Opened>($"{Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, 60))}")
            .Export;
        using var reader = export.Read();
        var messages = new List<ParsedMessage>();
        while (reader.Read())
        {
            var message = reader.Current;
            messages.Add(
                new ParsedMessage(
                    message.Line,
                    message.Timestamp,
                    message.GetAuthor(),
                    message.Kind,
                    message.Media,
                    message.GetText(),
                    Encoding.UTF8.GetString(message.FileName),
                    message.Edited,
                    message.Cut,
                    message.Reactions
                )
            );
        }
        return new ParsedChat(export.Format, messages, reader.Authors.ToList(), reader.Unread);
    }

    public static ChatOpening.Refused Refusal(byte[] bytes, ChatOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        return ChatExport
            .Open(stream, options, TestContext.Current.CancellationToken)
            .ShouldBeOfType<ChatOpening.Refused>();
    }
}

internal sealed record ParsedMessage(
    long Line,
    DateTime Time,
    string? Author,
    MessageKind Kind,
    MediaKind Media,
    string Text,
    string FileName,
    bool Edited,
    bool Cut,
    int Reactions
);

internal sealed record ParsedChat(
    ChatFormat Format,
    IReadOnlyList<ParsedMessage> Messages,
    IReadOnlyList<string> Authors,
    UnreadLines Unread
);
