namespace Heretix.Models;

/// <summary>
/// Two token buckets, one of requests and one of tokens, that refill evenly over time. A call that finds a bucket
/// short takes its share all the same and waits until the debt would be paid, so calls leave in the order they came.
/// </summary>
internal sealed class RequestPace(RateLimits limits, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Bucket? requests = limits.RequestsPerMinute is { } rpm ? new Bucket(rpm / 60, limits.Burst) : null;
    private readonly Bucket? tokens = limits.TokensPerMinute is { } tpm ? new Bucket(tpm / 60, tpm) : null;
    private long last = clock.GetTimestamp();

    /// <summary>Waits until one request with about so many tokens may start. Cancelling gives the share back.</summary>
    public async ValueTask EnterAsync(long estimatedTokens, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var wait = Take(1, estimatedTokens);
        if (wait <= TimeSpan.Zero)
            return;
        try
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Take(-1, -estimatedTokens);
            throw;
        }
    }

    /// <summary>Corrects the estimate once the provider has counted: more tokens delay the next call, fewer speed it.</summary>
    public void Settle(long estimatedTokens, long actualTokens) => Take(0, actualTokens - estimatedTokens);

    private TimeSpan Take(double requestCount, double tokenCount)
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            var elapsed = clock.GetElapsedTime(last, now).TotalSeconds;
            last = now;
            var seconds = Math.Max(requests?.Take(requestCount, elapsed) ?? 0, tokens?.Take(tokenCount, elapsed) ?? 0);
            // A timer counts whole milliseconds and must not fire before the share is there.
            return TimeSpan.FromMilliseconds(Math.Ceiling(Math.Round(seconds * 1000, 6)));
        }
    }

    private sealed class Bucket
    {
        private readonly double perSecond;
        private readonly double capacity;
        private double level;

        public Bucket(double perSecond, double capacity)
        {
            this.perSecond = perSecond;
            this.capacity = level = capacity;
        }

        /// <summary>Takes an amount and says for how many seconds the taker must wait.</summary>
        public double Take(double amount, double elapsed)
        {
            level = Math.Min(capacity, level + elapsed * perSecond);
            level = Math.Min(capacity, level - amount);
            return level >= 0 ? 0 : -level / perSecond;
        }
    }
}
