using System.Text.Json;
using Heretix.Checks.Order;
using Heretix.Checks.Run;
using Heretix.Checks.Store;
using Heretix.Models;
using Heretix.Platform.Database;
using Heretix.Rpl;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Results;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Checks.Measuring;

/// <summary>Makes one measurement, with the samples that are stored and those that have to be asked for.</summary>
internal sealed class Measurements(
    PromptLibrary prompts,
    ModelCatalog catalog,
    ModelClients clients,
    MockBehaviour mock,
    MeasurementLeases leases,
    SampleWriter writer,
    IDbContextFactory<HeretixDb> databases,
    RunningChecks running,
    CheckMetrics metrics,
    TimeProvider time
)
{
    /// <summary>Measures, once the lease of the subject is there. No connection is held while anybody waits.</summary>
    /// <exception cref="MeasurementException">It could not be made or finished; what was received is stored.</exception>
    public async Task<Measured> MeasureAsync(CheckOrder order, Lead lead, DateTimeOffset createdAt, Flight flight)
    {
        var stop = running.StopAsking;
        if (await leases.TakeAsync(order, lead, stop) is { } found)
            return found;
        var samples = new ExecutionSamples(lead.ExecutionId, createdAt, writer, databases, lead.Known, time);
        var lens = new RawPriorLens(prompts.Get, catalog, clients, samples, time);
        var measurement = await lens.MeasureAsync(order.Measurement, running.Lanes, mock, flight, batch: null, stop);
        metrics.Sampled(measurement.Samples, lead.ExecutionId);
        var sampler = measurement.Plan.Sampler;
        var record = new SamplerRecord(
            sampler.BankSize,
            sampler.Templates,
            sampler.Sequence,
            sampler.TemplateIndices,
            measurement.Result.WarningCounts,
            measurement.Result.Sampling.WarningTotal
        );
        return new Measured(
            Clean(measurement.Result),
            JsonSerializer.Serialize(record, ChecksJson.Wire.SamplerRecord),
            samples.RowsOf(measurement.Samples),
            Fresh: true
        );
    }

    private static RunResult Clean(RunResult result) =>
        result with
        {
            ProviderModelId = CleanText.OrNull(result.ProviderModelId),
        };
}
