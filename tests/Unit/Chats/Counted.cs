using System.Text;
using Heretix.Chats;
using Heretix.Chats.Statistics;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Statistics of an export.</summary>
internal static class Counted
{
    public static ChatStatistics Of(string text, StatisticsOptions? options = null) =>
        Of(Encoding.UTF8.GetBytes(text), options);

    public static ChatStatistics Of(byte[] bytes, StatisticsOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        using var export = ChatExport.Open(stream).ShouldBeOfType<ChatOpening.Opened>().Export;
        using var reader = export.Read();
        var builder = new StatisticsBuilder(options);
        while (reader.Read())
            builder.Add(reader.Current);
        return builder.Build(reader.Authors);
    }

    /// <summary>Messages of one chat, each given as author, time and text.</summary>
    public static ChatStatistics Messages(params (string Author, string Time, string Text)[] messages) =>
        Of(Lines(messages));

    public static string Lines(params (string Author, string Time, string Text)[] messages) =>
        string.Concat(messages.Select(message => $"[{Day(message.Time)}] {message.Author}: {message.Text}\n"));

    private static string Day(string time) =>
        DateTime
            .Parse(time, System.Globalization.CultureInfo.InvariantCulture)
            .ToString("yyyy-MM-dd, HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
