using System.Collections.Concurrent;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>An event as its provider sends it.</summary>
/// <param name="Source">As it is stored.</param>
/// <param name="Id">The provider's id.</param>
/// <param name="Request">Makes the request to a server, signed now.</param>
internal sealed record Letter(string Source, string Id, Func<Uri, HttpRequestMessage> Request);

/// <summary>
/// Delivers each event one to five times, in an order that the seed shuffles and some of it long after, to whichever process
/// answers. One of the deliveries is repeated until it was taken, which is what providers promise.
/// </summary>
internal sealed class Postman(IReadOnlyList<Uri> servers, int seed, CancellationToken end) : IDisposable
{
    private const int Stream = -2;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(8);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly SemaphoreSlim hands = new(12);
    private readonly ConcurrentQueue<Task> rounds = new();
    private int letters;

    /// <summary>What became of each event.</summary>
    public ConcurrentDictionary<(string Source, string Id), Delivery> Deliveries { get; } = new();

    /// <summary>Answers that no provider should get.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>Takes an event over.</summary>
    public void Post(Letter letter)
    {
        var chance = StormPlan.Chance(seed, Stream, Interlocked.Increment(ref letters));
        var delivery = Deliveries.GetOrAdd((letter.Source, letter.Id), _ => new Delivery());
        var copies = chance.Next(1, 6);
        for (var copy = 0; copy < copies; copy++)
        {
            var wait = chance.NextDouble() * (chance.Next(8) == 0 ? Late : Soon);
            rounds.Enqueue(CarryAsync(letter, delivery, wait, untilTaken: copy == 0, chance.Next(2)));
        }
    }

    /// <summary>Waits until everything that was taken over has been delivered.</summary>
    public async Task DeliveredAsync()
    {
        while (rounds.TryDequeue(out var round))
            await round;
    }

    public void Dispose()
    {
        http.Dispose();
        hands.Dispose();
    }

    private async Task CarryAsync(Letter letter, Delivery delivery, TimeSpan wait, bool untilTaken, int server)
    {
        await Task.Delay(wait, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        do
        {
            if (end.IsCancellationRequested || await TryAsync(letter, delivery, servers[server++ % servers.Count]))
                return;
            await Task.Delay(100, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        } while (untilTaken);
    }

    private async Task<bool> TryAsync(Letter letter, Delivery delivery, Uri server)
    {
        await hands.WaitAsync(CancellationToken.None);
        try
        {
            delivery.Attempt();
            using var request = letter.Request(server);
            using var answer = await http.SendAsync(request, end);
            if (answer.IsSuccessStatusCode)
                delivery.Acknowledge();
            else if ((int)answer.StatusCode < 500)
                Refusals.Enqueue($"{letter.Source} {letter.Id} was answered {(int)answer.StatusCode}");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            hands.Release();
        }
    }
}

/// <summary>How often an event was sent, and how often it was taken.</summary>
internal sealed class Delivery
{
    private int attempts;
    private int acknowledged;

    public int Attempts => attempts;

    public int Acknowledged => acknowledged;

    public void Attempt() => Interlocked.Increment(ref attempts);

    public void Acknowledge() => Interlocked.Increment(ref acknowledged);
}
