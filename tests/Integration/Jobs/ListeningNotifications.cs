using Heretix.Platform.Notifications;
using Heretix.Platform.Settings;
using Npgsql;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>Hears notifications over one connection for each subscription, and says so whenever it is back.</summary>
internal sealed class ListeningNotifications(ServerSettings settings) : INotifications
{
    public IDisposable Subscribe(string channel, Action<string?> heard)
    {
        var stop = new CancellationTokenSource();
        _ = ListenAsync(channel, heard, stop.Token);
        return new Subscription(stop);
    }

    private async Task ListenAsync(string channel, Action<string?> heard, CancellationToken stop)
    {
        var address = new NpgsqlConnectionStringBuilder(
            Heretix.Platform.Database.DatabaseAddress.ToConnectionString(settings.DatabaseUrl!).ConnectionString
        )
        {
            Pooling = false,
        };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(address.ConnectionString);
                await connection.OpenAsync(stop);
                connection.Notification += (_, notification) => heard(notification.Payload);
                await using (var listen = new NpgsqlCommand($"listen {channel}", connection))
                    await listen.ExecuteNonQueryAsync(stop);
                heard(null);
                while (true)
                    await connection.WaitAsync(stop);
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    private sealed class Subscription(CancellationTokenSource stop) : IDisposable
    {
        public void Dispose() => stop.Cancel();
    }
}
