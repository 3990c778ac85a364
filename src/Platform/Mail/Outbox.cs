using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Mail;

/// <summary>
/// Mail that stays on this machine: one JSON file for each message under <c>outbox/</c> in the data folder, readable by
/// its owner alone, the newest ones only. In <c>local</c> the log says that a message waits, and its link.
/// </summary>
internal sealed class Outbox(
    ServerSettings settings,
    IOptions<MailOptions> options,
    TimeProvider time,
    ILogger<Outbox> log
) : IMailer
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string folder = Path.Combine(settings.DataFolder, "outbox");

    public async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        MakeFolder();
        var now = time.GetUtcNow();
        var letter = new OutboxLetter(now, message.To, message.Subject, message.Text, message.Kind);
        // Version 7 ids are in the order of time, so the names are too.
        var path = Path.Combine(folder, $"{Guid.CreateVersion7(now):N}.json");
        var draft = path + ".draft";
        var access = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            access.UnixCreateMode = OwnerOnly;
        await using (var file = new FileStream(draft, access))
            await JsonSerializer.SerializeAsync(file, letter, OutboxJson.Default.OutboxLetter, cancellationToken);
        File.Move(draft, path);
        DeleteOldest();
        if (settings.Environment == "local")
            Tell(message);
    }

    /// <summary>What waits, newest first.</summary>
    public async Task<IReadOnlyList<OutboxLetter>> ReadAsync(CancellationToken cancellationToken)
    {
        var letters = new List<OutboxLetter>();
        foreach (var path in Newest())
        {
            if (await ReadAsync(path, cancellationToken) is { } letter)
                letters.Add(letter);
        }
        return letters;
    }

    public async Task ForgetAsync(string address, CancellationToken cancellationToken)
    {
        foreach (var path in Newest())
        {
            if (await ReadAsync(path, cancellationToken) is { } letter && letter.To == address)
                File.Delete(path);
        }
    }

    /// <summary>One message; null when it was deleted since the folder was read, or written by something else.</summary>
    private static async Task<OutboxLetter?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(file, OutboxJson.Default.OutboxLetter, cancellationToken);
        }
        catch (Exception gone) when (gone is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private void Tell(MailMessage message)
    {
        var page = new Uri(settings.ApiUrl, "/outbox");
        if (Links.In(message.Text).FirstOrDefault() is { } link)
            MailLog.WaitsWithLink(log, message.Kind, page, link);
        else
            MailLog.Waits(log, message.Kind, page);
    }

    private void DeleteOldest()
    {
        foreach (var path in Newest().Skip(options.Value.OutboxLength))
            File.Delete(path);
    }

    private List<string> Newest() =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.json").OrderDescending(StringComparer.Ordinal)]
            : [];
}

/// <summary>One message in the outbox.</summary>
internal sealed record OutboxLetter(DateTimeOffset Time, string To, string Subject, string Text, string Kind);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(OutboxLetter))]
internal sealed partial class OutboxJson : JsonSerializerContext;
