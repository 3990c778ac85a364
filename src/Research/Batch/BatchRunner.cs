using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Heretix.Research.Measuring;
using Heretix.Research.Store;
using Heretix.Rpl;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Storage;

namespace Heretix.Research.Batch;

/// <summary>
/// Measures many claims over shared lanes. Interrupted at any moment, the same batch goes on where it stopped:
/// finished measurements are taken from the store as they are, unfinished ones keep their samples.
/// </summary>
public sealed class BatchRunner(Measurer measurer, ResearchStore store, CallLanes lanes, TimeProvider time)
{
    /// <summary>So many measurements in a row that failed at the provider end a batch.</summary>
    public const int GiveUpAfter = 5;

    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(30);
    private const int FlushCount = 250;
    private const int LargestBacklog = 256;

    private int finished;
    private int failed;
    private int failedInARow;
    private long calls;
    private bool providerFailed;
    private Exception? fatal;
    private string? open;

    /// <summary>
    /// Measures all items; outcomes come in the order of the items, each as soon as those before it are there. Whoever
    /// has written them down calls <see cref="CloseAsync"/>: until then the same items take the same batch up.
    /// </summary>
    /// <param name="samples">Told the progress within measurements.</param>
    /// <exception cref="MeasurementException">The cost limit is reached, the request is faulty, or the provider is down.</exception>
    /// <exception cref="OperationCanceledException">Stopped; everything received is stored.</exception>
    public async IAsyncEnumerable<BatchOutcome> RunAsync(
        IReadOnlyList<BatchItem> items,
        IProgress<BatchProgress>? progress,
        IProgress<MeasurementProgress>? samples,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        foreach (var item in items)
            item.Request.Validate();
        var key = Key(items);
        using var held = await store.LockBatchAsync(key, stop);
        var batch = await store.Batches.OpenAsync(key, items.Count);
        if (batch.Resumed)
            store.Notice($"resuming: {batch.Finished.Count} of {items.Count} measurements are finished");
        lanes.Budget.Add(batch.SpentUsd);
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(stop);

        var queue = Channel.CreateBounded<Task<BatchOutcome>>(LargestBacklog);
        var feeding = FeedAsync(items, batch, queue.Writer, progress, samples, halt);
        var flushed = time.GetTimestamp();
        var unflushed = 0;
        try
        {
            // Once the batch has ended, what was finished meanwhile still comes out.
            await foreach (var measuring in queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                if (await OutcomeAsync(measuring) is not { } outcome)
                    continue;
                yield return outcome;
                if (++unflushed < FlushCount && time.GetElapsedTime(flushed) < FlushInterval)
                    continue;
                await measurer.FlushAsync();
                (flushed, unflushed) = (time.GetTimestamp(), 0);
            }
        }
        finally
        {
            await halt.CancelAsync();
            await feeding;
            await measurer.FlushAsync();
        }
        if (fatal is not null)
            ExceptionDispatchInfo.Throw(fatal);
        stop.ThrowIfCancellationRequested();
        open = providerFailed ? null : batch.BatchId;
    }

    /// <summary>
    /// The outcomes are written down: the same items make a new batch next time. A batch with measurements that the
    /// provider owes stays open, so that the same command asks for those alone.
    /// </summary>
    public async Task CloseAsync()
    {
        if (open is not null)
            await store.Batches.CloseAsync(open);
        open = null;
    }

    /// <summary>Null for a measurement that the end of the batch cut short.</summary>
    private static async Task<BatchOutcome?> OutcomeAsync(Task<BatchOutcome> measuring)
    {
        try
        {
            return await measuring;
        }
        catch (Exception)
        {
            // Remembered as what ended the batch, or cancelled by it.
            return null;
        }
    }

    /// <summary>Starts measurements in order, enough of them at once to keep every lane busy.</summary>
    private async Task FeedAsync(
        IReadOnlyList<BatchItem> items,
        OpenBatch batch,
        ChannelWriter<Task<BatchOutcome>> queue,
        IProgress<BatchProgress>? progress,
        IProgress<MeasurementProgress>? samples,
        CancellationTokenSource halt
    )
    {
        using var places = new SemaphoreSlim(AtOnce(items));
        var running = new List<Task>();
        try
        {
            foreach (var item in items)
            {
                await places.WaitAsync(CancellationToken.None);
                running.RemoveAll(task => task.IsCompleted);
                var measuring = MeasureAsync(item, batch, items.Count, progress, samples, halt);
                running.Add(measuring.ContinueWith(_ => places.Release(), TaskScheduler.Default));
                await queue.WriteAsync(measuring, halt.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has what it needs: the outcome that failed, or its own cancellation.
        }
        finally
        {
            await Task.WhenAll(running);
            queue.Complete();
        }
    }

    private async Task<BatchOutcome> MeasureAsync(
        BatchItem item,
        OpenBatch batch,
        int total,
        IProgress<BatchProgress>? progress,
        IProgress<MeasurementProgress>? samples,
        CancellationTokenSource halt
    )
    {
        halt.Token.ThrowIfCancellationRequested();
        if (batch.Finished.TryGetValue(item.Ordinal, out var before))
        {
            Report(progress, total, before.Failure);
            return new BatchOutcome(
                item,
                before.Failure is null ? store.Runs.Result(before.ExecutionId) : null,
                before.Failure
            );
        }
        try
        {
            var counter = new CallCounter(this, progress, samples, total, () => lanes.Budget.Spent);
            var position = new BatchPosition(batch.BatchId, item.Ordinal);
            var result = await measurer.MeasureAsync(item.Request, lanes, counter, export: false, position, halt.Token);
            Interlocked.Exchange(ref failedInARow, 0);
            Report(progress, total, failure: null);
            return new BatchOutcome(item, result, null);
        }
        catch (MeasurementException failure) when (!EndsBatch(failure))
        {
            Report(progress, total, failure);
            return new BatchOutcome(item, null, failure);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Interlocked.CompareExchange(ref fatal, failure, null);
            await halt.CancelAsync();
            throw;
        }
    }

    private bool EndsBatch(MeasurementException failure)
    {
        providerFailed |= failure.Failure == MeasurementFailure.ProviderFailed;
        return failure.Failure switch
        {
            MeasurementFailure.TooFewValidSamples or MeasurementFailure.PromptTooLong => false,
            MeasurementFailure.Rejected => Interlocked.Increment(ref failedInARow) >= GiveUpAfter,
            MeasurementFailure.ProviderFailed
                when failure.InnerException is Models.ModelCallException { IsTransient: true } => Interlocked.Increment(
                ref failedInARow
            ) >= GiveUpAfter,
            _ => true,
        };
    }

    private void Report(IProgress<BatchProgress>? progress, int total, MeasurementException? failure)
    {
        var now = Interlocked.Increment(ref finished);
        if (failure is not null)
            Interlocked.Increment(ref failed);
        progress?.Report(
            new BatchProgress(now, total, Volatile.Read(ref failed), Interlocked.Read(ref calls), lanes.Budget.Spent)
        );
    }

    private int AtOnce(IReadOnlyList<BatchItem> items)
    {
        var fewest = items.Min(item => (long)item.Request.K * item.Request.R);
        return (int)Math.Min(items.Count, (lanes.Count + fewest - 1) / fewest + 4);
    }

    /// <summary>Equal for batches that would give the same outcomes: ids, and all that defines each measurement.</summary>
    private string Key(IEnumerable<BatchItem> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
            hash.AppendData(Encoding.UTF8.GetBytes($"{item.Line.Id}\0{measurer.RequestKey(item.Request)}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class CallCounter(
        BatchRunner runner,
        IProgress<BatchProgress>? progress,
        IProgress<MeasurementProgress>? samples,
        int total,
        Func<decimal> spent
    ) : IProgress<MeasurementProgress>
    {
        private int seen;

        public void Report(MeasurementProgress value)
        {
            samples?.Report(value);
            var asked = value.Done - value.Cached;
            var more = asked - Interlocked.Exchange(ref seen, asked);
            if (more <= 0)
                return;
            Interlocked.Add(ref runner.calls, more);
            progress?.Report(
                new BatchProgress(
                    Volatile.Read(ref runner.finished),
                    total,
                    Volatile.Read(ref runner.failed),
                    Interlocked.Read(ref runner.calls),
                    spent()
                )
            );
        }
    }
}
