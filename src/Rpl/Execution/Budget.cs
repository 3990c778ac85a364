namespace Heretix.Rpl.Execution;

/// <summary>
/// Keeps spending under a limit while calls are in flight: the most a call can cost is reserved before it leaves
/// and replaced by its true cost when the answer is there. One budget may be shared by many measurements.
/// </summary>
/// <param name="limit">US dollars; null for no limit.</param>
public sealed class Budget(decimal? limit)
{
    private readonly Lock gate = new();
    private TaskCompletionSource settled = NewSignal();
    private decimal reserved;
    private decimal spent;

    /// <summary>US dollars; null for no limit.</summary>
    public decimal? Limit { get; } = limit;

    /// <summary>US dollars spent so far, answered calls only.</summary>
    public decimal Spent
    {
        get
        {
            lock (gate)
                return spent;
        }
    }

    /// <summary>Counts what an earlier process spent on the same execution.</summary>
    public void Add(decimal amount)
    {
        lock (gate)
            spent += amount;
    }

    /// <summary>
    /// Reserves <paramref name="amount"/>. Waits while calls in flight may still settle for less than they
    /// reserved; false when the limit would be passed even so.
    /// </summary>
    public async ValueTask<bool> TryReserveAsync(decimal amount, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (Limit is null || spent + reserved + amount <= Limit)
                {
                    reserved += amount;
                    return true;
                }
                if (reserved == 0 || spent + amount > Limit)
                    return false;
                wait = settled.Task;
            }
            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Replaces a reservation by what the call cost (0 when it was not answered).</summary>
    public void Settle(decimal amount, decimal actual)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            reserved -= amount;
            spent += actual;
            signal = settled;
            settled = NewSignal();
        }
        signal.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
