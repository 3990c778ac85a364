using System.Text.Json;

namespace Heretix.Tests.Integration.Servers;

/// <summary>The local outbox of a server process, read as files: only what came after this was made.</summary>
public sealed class OutboxFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string dataFolder;
    private readonly HashSet<string> before;

    /// <param name="dataFolder">The data folder of the server that sends the mail.</param>
    public OutboxFolder(string dataFolder)
    {
        this.dataFolder = dataFolder;
        before = [.. Messages()];
    }

    /// <summary>The text of the next mail to an address.</summary>
    /// <exception cref="TimeoutException">No such mail came in time.</exception>
    public async Task<string> NextAsync(string email, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Look)
        {
            foreach (var file in Messages().Where(file => !before.Contains(file)))
            {
                if (await TextOfAsync(file, email, cancellationToken) is not { } text)
                    continue;
                before.Add(file);
                return text;
            }
            await Task.Delay(Look, cancellationToken);
        }
        throw new TimeoutException($"no mail for {email} came within {Patience}");
    }

    private string[] Messages()
    {
        var outbox = Path.Combine(dataFolder, "outbox");
        return Directory.Exists(outbox) ? Directory.GetFiles(outbox, "*.json") : [];
    }

    private static async Task<string?> TextOfAsync(string file, string email, CancellationToken cancellationToken)
    {
        try
        {
            using var message = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
            return message.RootElement.GetProperty("to").GetString() == email
                ? message.RootElement.GetProperty("text").GetString()
                : null;
        }
        catch (FileNotFoundException)
        {
            return null; // The outbox keeps only the newest messages.
        }
    }
}
