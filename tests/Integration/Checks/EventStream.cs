using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Heretix.Tests.Integration.Checks;

/// <summary>One event as a browser would hand it over; a comment has the name ":".</summary>
internal sealed record StreamEvent(string Name, string? Id, string Data)
{
    public JsonElement Json => JsonElement.Parse(Data);
}

/// <summary>Reads server-sent events.</summary>
internal static class EventStream
{
    public static async Task<HttpResponseMessage> OpenAsync(HttpClient client, object body, CancellationToken leave)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/checks/run");
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave);
    }

    public static async IAsyncEnumerable<StreamEvent> ReadAsync(
        HttpResponseMessage answer,
        [EnumeratorCancellation] CancellationToken leave
    )
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(leave));
        string? name = null,
            id = null;
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(leave) is { } line)
        {
            if (line.Length == 0)
            {
                if (name is not null)
                    yield return new StreamEvent(name, id, data.ToString());
                (name, id) = (null, null);
                data.Clear();
            }
            else if (line[0] == ':')
                (name, _) = (":", data.Append(line[1..]));
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.Append(line[6..]);
        }
    }
}
