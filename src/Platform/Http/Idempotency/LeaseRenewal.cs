using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>
/// Says four times in each lease that the request is alive, until it is disposed. Whatever goes wrong with that is logged and
/// is no failure of the request.
/// </summary>
internal sealed class LeaseRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Task renewing;

    public LeaseRenewal(IdempotencyStore store, KeyedRequest request, TimeProvider time, ILogger logger) =>
        renewing = RenewAsync(store, request, time, logger, end.Token);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await renewing;
        end.Dispose();
    }

    private static async Task RenewAsync(
        IdempotencyStore store,
        KeyedRequest request,
        TimeProvider time,
        ILogger logger,
        CancellationToken ended
    )
    {
        using var timer = new PeriodicTimer(store.Lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                try
                {
                    if (!await store.RenewAsync(request, ended))
                        return;
                }
                catch (Exception error) when (!ended.IsCancellationRequested)
                {
                    Log.NotRenewed(logger, error, request.Route);
                }
            }
        }
        catch (Exception) when (ended.IsCancellationRequested) { }
    }
}
