using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Telemetry.Sentry;

/// <summary>
/// Sends reports one after the other from a short queue. Nobody waits for it: what does not fit, or comes while Sentry
/// asked for silence, is dropped and counted. On stop, what is queued has two seconds.
/// </summary>
internal sealed class SentryQueue : IHostedService, IDisposable
{
    private const int Longest = 100;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultSilence = TimeSpan.FromSeconds(60);

    private readonly Channel<SentryEvent> queue = Channel.CreateBounded<SentryEvent>(
        new BoundedChannelOptions(Longest) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    private readonly SentryDsn dsn;
    private readonly SentryProcess process;
    private readonly TimeProvider time;
    private readonly ILogger<SentryQueue> log;
    private readonly HttpClient http;
    private readonly CancellationTokenSource giveUp = new();
    private Task sending = Task.CompletedTask;
    private DateTimeOffset silentUntil = DateTimeOffset.MinValue;
    private long dropped;

    public SentryQueue(SentryDsn dsn, SentryProcess process, TimeProvider time, ILogger<SentryQueue> log)
    {
        this.dsn = dsn;
        this.process = process;
        this.time = time;
        this.log = log;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                // Reports are not part of the request that they are about.
                ActivityHeadersPropagator = null,
                AllowAutoRedirect = false,
            }
        )
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    /// <summary>Reports that were dropped since the start.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Queues a report, or drops it.</summary>
    public void Offer(SentryEvent error)
    {
        if (!queue.Writer.TryWrite(error))
            Interlocked.Increment(ref dropped);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Without the context of whoever starts the server, so that reports never belong to a request or a trace.
        using (ExecutionContext.SuppressFlow())
            sending = Task.Run(SendAllAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        giveUp.CancelAfter(Farewell);
        await using var end = cancellationToken.Register(giveUp.Cancel);
        await sending;
    }

    public void Dispose()
    {
        http.Dispose();
        giveUp.Dispose();
    }

    private async Task SendAllAsync()
    {
        await foreach (var error in queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (giveUp.IsCancellationRequested || time.GetUtcNow() < silentUntil)
                Interlocked.Increment(ref dropped);
            else
                await SendAsync(error);
        }
    }

    private async Task SendAsync(SentryEvent error)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, dsn.Envelopes);
            request.Headers.TryAddWithoutValidation(
                "X-Sentry-Auth",
                $"Sentry sentry_version=7, sentry_client={process.Release.Replace('@', '/')}, sentry_key={dsn.Key}"
            );
            request.Content = new ByteArrayContent(error.Envelope(process, time.GetUtcNow()));
            request.Content.Headers.ContentType = new("application/x-sentry-envelope");
            using var answer = await http.SendAsync(request, giveUp.Token);
            if (answer.IsSuccessStatusCode)
                return;
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                silentUntil = time.GetUtcNow() + Silence(answer);
            Refused($"HTTP {(int)answer.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            Refused(failure is OperationCanceledException ? "no answer in time" : "it cannot be reached");
        }
    }

    private TimeSpan Silence(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
            _ => DefaultSilence,
        };

    /// <summary>A warning, because an error would be reported to the same place.</summary>
    private void Refused(string reason) => Log.SentryUnavailable(log, reason, Interlocked.Increment(ref dropped));
}
