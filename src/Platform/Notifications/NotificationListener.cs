using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Heretix.Platform.Notifications;

/// <summary>
/// Hears every channel that somebody subscribed to, over one connection of its own. When that is lost it connects again
/// with growing waits. Handlers run one after the other in the order in which PostgreSQL delivers; what one throws is
/// logged and hurts no other.
/// </summary>
internal sealed class NotificationListener(
    ListenerAddress address,
    TimeProvider time,
    ILogger<NotificationListener> log
) : BackgroundService, INotifications
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private ImmutableDictionary<string, ImmutableList<Action<string?>>> handlers = ImmutableDictionary.Create<
        string,
        ImmutableList<Action<string?>>
    >(StringComparer.Ordinal);
    private CancellationTokenSource? waiting;
    private Task interrupted = Task.CompletedTask;

    /// <summary>It hears all channels at the moment.</summary>
    public bool IsConnected { get; private set; }

    /// <inheritdoc />
    public IDisposable Subscribe(string channel, Action<string?> heard)
    {
        Channel.Check(channel);
        lock (gate)
        {
            var others = handlers.GetValueOrDefault(channel, []);
            handlers = handlers.SetItem(channel, others.Add(heard));
            Interrupt();
        }
        return new Subscription(() => Unsubscribe(channel, heard));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested; failures++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(address.ConnectionString);
                await connection.OpenAsync(stoppingToken);
                connection.Notification += (_, heard) => Tell(heard.Channel, heard.Payload);
                var listening = ImmutableHashSet.Create<string>(StringComparer.Ordinal);
                while (true)
                {
                    listening = await FollowAsync(connection, listening, stoppingToken);
                    if (!IsConnected)
                        Log.Listening(log, listening.Count);
                    (IsConnected, failures) = (true, 0);
                    await WaitAsync(connection, listening, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // Whatever it was: without this loop nothing is heard until the process starts again.
                if (IsConnected || failures == 0)
                    Log.ListenerLost(log, e.Message);
            }
            IsConnected = false;
            await PauseAsync(failures, stoppingToken);
        }
    }

    /// <summary>Makes the connection hear what is subscribed to now, and tells new subscribers from when on they do.</summary>
    private async Task<ImmutableHashSet<string>> FollowAsync(
        NpgsqlConnection connection,
        ImmutableHashSet<string> listening,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var wanted = Subscribed();
            var (more, fewer) = (wanted.Except(listening), listening.Except(wanted));
            if (more.IsEmpty && fewer.IsEmpty)
                return listening;
            var statements = more.Select(channel => $"listen \"{channel}\"")
                .Concat(fewer.Select(channel => $"unlisten \"{channel}\""));
            await using var command = connection.CreateCommand();
            command.CommandText = string.Join(';', statements);
            await command.ExecuteNonQueryAsync(cancellationToken);
            listening = wanted;
            foreach (var channel in more)
                Tell(channel, null);
        }
    }

    /// <summary>Waits until something is heard or the subscriptions change.</summary>
    private async Task WaitAsync(
        NpgsqlConnection connection,
        ImmutableHashSet<string> listening,
        CancellationToken stoppingToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        lock (gate)
        {
            if (!listening.SetEquals(handlers.Keys))
                return;
            waiting = either;
        }
        try
        {
            while (true)
                await connection.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested) { }
        finally
        {
            Task last;
            lock (gate)
                (waiting, last) = (null, interrupted);
            await last;
        }
    }

    /// <summary>Elsewhere than on the subscriber's thread, which must not find itself doing the listener's work.</summary>
    private void Interrupt()
    {
        if (waiting is not null)
            interrupted = waiting.CancelAsync();
        waiting = null;
    }

    private ImmutableHashSet<string> Subscribed()
    {
        lock (gate)
            return ImmutableHashSet.CreateRange(StringComparer.Ordinal, handlers.Keys);
    }

    private void Tell(string channel, string? payload)
    {
        ImmutableList<Action<string?>> told;
        lock (gate)
            told = handlers.GetValueOrDefault(channel, []);
        foreach (var handler in told)
        {
            try
            {
                handler(payload);
            }
            catch (Exception e)
            {
                Log.HandlerFailed(log, e, channel);
            }
        }
    }

    private void Unsubscribe(string channel, Action<string?> heard)
    {
        lock (gate)
        {
            if (!handlers.TryGetValue(channel, out var others))
                return;
            others = others.Remove(heard);
            handlers = others.IsEmpty ? handlers.Remove(channel) : handlers.SetItem(channel, others);
            Interrupt();
        }
    }

    private async Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var wait = FirstRetry * Math.Pow(2, Math.Min(failures, 16));
        try
        {
            await Task.Delay(wait < LongestRetry ? wait : LongestRetry, time, cancellationToken);
        }
        catch (OperationCanceledException) { }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        private Action? end = end;

        public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
    }
}
