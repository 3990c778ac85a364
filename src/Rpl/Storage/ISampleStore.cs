using Heretix.Models;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Results;

namespace Heretix.Rpl.Storage;

/// <summary>Where executions and their samples live: a file in the research lane, PostgreSQL behind the service.</summary>
public interface ISampleStore
{
    /// <summary>
    /// Opens an execution, or takes up the one that an interrupted process left behind for the same request.
    /// Waits while another process measures the same subject, so that no sample is paid for twice.
    /// </summary>
    ValueTask<IExecution> BeginAsync(ExecutionStart start, CancellationToken cancellationToken);
}

/// <summary>What a store needs to know to open an execution.</summary>
/// <param name="Request">What is measured.</param>
/// <param name="Model">The model that was resolved.</param>
/// <param name="Bank">The prompts in use.</param>
/// <param name="RequestKey">Equal for requests that would give the same result; an unfinished one is resumed.</param>
/// <param name="Subject">Equal for requests that could pay for the same samples.</param>
/// <param name="Batch">The place in a batch that this execution fills; null for one on its own.</param>
public sealed record ExecutionStart(
    MeasurementRequest Request,
    ModelChoice Model,
    PromptBank Bank,
    string RequestKey,
    string Subject,
    BatchPosition? Batch = null
);

/// <summary>A place in a batch: an interrupted execution is taken up only by the same place.</summary>
public sealed record BatchPosition(string BatchId, int Ordinal);

/// <summary>One open execution. Disposing lets others measure the same subject.</summary>
public interface IExecution : IAsyncDisposable
{
    /// <summary>Unique id, <c>exec-</c> and 12 hex digits.</summary>
    string Id { get; }

    /// <summary>When the execution began (UTC); a resumed one keeps its first start.</summary>
    DateTimeOffset CreatedAt { get; }

    /// <summary>An earlier process began this execution.</summary>
    bool Resumed { get; }

    /// <summary>
    /// Stored samples among <paramref name="cacheKeys"/>. Samples of this execution come as they are; those of
    /// others only when valid.
    /// </summary>
    ValueTask<IReadOnlyDictionary<string, Sample>> FindAsync(
        IReadOnlyCollection<string> cacheKeys,
        CancellationToken cancellationToken
    );

    /// <summary>Stores a sample; on return it survives the death of the process. May wait up to 20 ms to share a write.</summary>
    ValueTask SaveAsync(Sample sample, CancellationToken cancellationToken);

    /// <summary>Stores the finished measurement in one transaction.</summary>
    ValueTask CompleteAsync(Measurement measurement, CancellationToken cancellationToken);

    /// <summary>Records why the execution stopped, and what it has paid.</summary>
    /// <param name="reason">A sentence.</param>
    /// <param name="final">Set when going on would not help; null when the same request may take the execution up.</param>
    ValueTask StopAsync(string reason, MeasurementFailure? final, CancellationToken cancellationToken);
}
