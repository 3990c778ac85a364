using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>Asks the servers as an API client does: whoever gets no answer asks again, the other process, with the same key.</summary>
internal sealed class StormClient(StormServers servers) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        Timeout = TimeSpan.FromSeconds(15),
    };

    /// <summary>How often each status was answered; 0 is no answer.</summary>
    public ConcurrentDictionary<int, int> Statuses { get; } = new();

    /// <summary>Answers of 500, with their words.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    /// <summary>Sends a request until an answer decides it; null when none came in time.</summary>
    public async Task<(int Status, JsonElement Body)?> SendAsync(
        Person person,
        HttpMethod method,
        string path,
        object? body,
        string? key,
        int server,
        CancellationToken storm
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(storm);
        patience.CancelAfter(Patience);
        while (!patience.IsCancellationRequested)
        {
            if (await TryAsync(person, method, new Uri(servers.Addresses[server++ % 2], path), body, key) is { } answer)
                return answer;
            await Task.Delay(150, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    public void Dispose() => http.Dispose();

    private async Task<(int Status, JsonElement Body)?> TryAsync(
        Person person,
        HttpMethod method,
        Uri address,
        object? body,
        string? key
    )
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        if (body is not null)
            // As it is written: K, R and B are capitals on the wire.
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Default);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var status = (int)answer.StatusCode;
            Count(status);
            if (answer.StatusCode == HttpStatusCode.InternalServerError)
                Broken.Enqueue($"{method} {address.AbsolutePath}: {text}");
            if (status >= 500)
                return null;
            var said = text.Length == 0 ? default : JsonElement.Parse(text);
            var waits =
                status == 409
                && said.GetProperty("error").GetString() is "request_in_progress" or "checkout_in_progress";
            return waits ? null : (status, said);
        }
        catch (Exception lost)
            when (lost is HttpRequestException or IOException
                || (
                    lost is OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested
                )
            )
        {
            Count(0);
            return null;
        }
    }

    private void Count(int status) => Statuses.AddOrUpdate(status, 1, (_, before) => before + 1);
}
