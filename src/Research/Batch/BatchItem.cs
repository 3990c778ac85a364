using Heretix.Rpl;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Results;

namespace Heretix.Research.Batch;

/// <summary>One measurement of a batch.</summary>
/// <param name="Ordinal">Place in the batch, from 0.</param>
/// <param name="Line">The claim as its file has it.</param>
/// <param name="Request">What is measured.</param>
public sealed record BatchItem(int Ordinal, ClaimLine Line, MeasurementRequest Request);

/// <summary>What became of one measurement of a batch: a result or the reason why there is none.</summary>
public sealed record BatchOutcome(BatchItem Item, RunResult? Result, MeasurementException? Failure);

/// <summary>How far a batch is.</summary>
/// <param name="Finished">Measurements that are done, failed ones included.</param>
/// <param name="Total">Measurements of the batch.</param>
/// <param name="Failed">Measurements without a result.</param>
/// <param name="Calls">Samples that were asked for in this process.</param>
/// <param name="SpentUsd">US dollars that the batch has spent, earlier processes included.</param>
public sealed record BatchProgress(int Finished, int Total, int Failed, long Calls, decimal SpentUsd);
