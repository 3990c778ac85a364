using System.Collections.Concurrent;
using Heretix.Models;
using Heretix.Research.Export;
using Heretix.Research.Store;
using Heretix.Rpl;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;

namespace Heretix.Research.Measuring;

/// <summary>Measures claims into a research store, with the cache of finished results in front and the lake behind.</summary>
public sealed class Measurer(
    Func<string, PromptBank> prompts,
    ModelCatalog catalog,
    ModelClients clients,
    ResearchStore store,
    RunExporter? exporter,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<string, ModelChoice> models = new();

    private readonly ConcurrentDictionary<string, PromptBank> banks = new();
    private readonly RawPriorLens lens = new(prompts, catalog, clients, store, time);

    /// <summary>How the mock behaves, for mock requests.</summary>
    public MockBehaviour? Mock { get; init; }

    /// <summary>How long a finished result may answer an equal request; zero keeps none.</summary>
    public TimeSpan ResultCacheTime { get; init; }

    /// <summary>Measures one claim; see <see cref="RawPriorLens.MeasureAsync"/> for what it throws.</summary>
    /// <param name="export">Write Parquet files at once; false when the caller flushes several together.</param>
    /// <param name="batch">The place in a batch that the execution fills.</param>
    public async Task<RunResult> MeasureAsync(
        MeasurementRequest request,
        CallLanes lanes,
        IProgress<MeasurementProgress>? progress,
        bool export,
        BatchPosition? batch = null,
        CancellationToken stop = default
    )
    {
        request.Validate();
        var cacheKey = CacheKey(request);
        if (cacheKey is not null && store.Cache.FindResult(cacheKey) is { } kept)
            return AsCacheHit(kept);

        var measurement = await lens.MeasureAsync(request, lanes, Mock, progress, batch, stop);
        if (cacheKey is not null)
            await store.Cache.KeepResultAsync(cacheKey, measurement.Result, ResultCacheTime);
        if (export)
            await FlushAsync();
        return measurement.Result;
    }

    /// <summary>Exports what is not exported yet.</summary>
    public async Task FlushAsync()
    {
        if (exporter is not null)
            await exporter.TryExportPendingAsync();
    }

    /// <summary>Equal for requests that would give the same result; see <see cref="Identity.RequestKey"/>.</summary>
    /// <exception cref="UnknownPromptException">No bank has the name.</exception>
    /// <exception cref="UnknownModelException">No provider is known for the model.</exception>
    public string RequestKey(MeasurementRequest request)
    {
        var model = models.GetOrAdd(
            $"{request.Model}|{request.Provider}|{request.BaseUrl}|{request.Mock}",
            _ => catalog.Resolve(request.Model, request.Provider, request.BaseUrl, request.Mock)
        );
        var bank = banks.GetOrAdd(request.PromptVersion, prompts);
        return Identity.RequestKey(request, model, bank);
    }

    private string? CacheKey(MeasurementRequest request) =>
        ResultCacheTime <= TimeSpan.Zero || request.NoCache ? null : RequestKey(request);

    /// <summary>The same numbers, none of which were paid for this time.</summary>
    private static RunResult AsCacheHit(RunResult kept) =>
        kept with
        {
            CacheHit = true,
            Aggregates = kept.Aggregates with { CacheHitRate = 1 },
            TokensIn = 0,
            TokensOut = 0,
            CostUsd = kept.CostUsd is null ? null : 0,
        };
}
