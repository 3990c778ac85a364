using Heretix.Models;
using Heretix.Rpl.Escalation;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;

namespace Heretix.Rpl;

/// <summary>
/// The Raw Prior Lens: measures what a model believes about a claim from its weights alone, by asking K paraphrases
/// R times each, pooling in log-odds with equal weight per template, and bootstrapping over templates.
/// </summary>
/// <param name="prompts">Finds a prompt bank by name or version.</param>
/// <param name="catalog">The models that can be asked.</param>
/// <param name="clients">Clients for them.</param>
/// <param name="store">Where executions and samples live.</param>
/// <param name="time">The clock.</param>
public sealed class RawPriorLens(
    Func<string, PromptBank> prompts,
    ModelCatalog catalog,
    ModelClients clients,
    ISampleStore store,
    TimeProvider time
)
{
    /// <summary>Measures one claim, taking up an interrupted execution of the same request where there is one.</summary>
    /// <param name="lanes">Calls in flight and their budget, shared with other measurements as the caller likes.</param>
    /// <param name="mock">How the mock behaves, for a mock request.</param>
    /// <param name="progress">Told as samples arrive, at most every 20 ms and when all are there, on the thread that stored it.</param>
    /// <param name="batch">The place in a batch that the execution fills.</param>
    /// <param name="stop">Stops asking; calls in flight are finished and stored first.</param>
    /// <exception cref="MeasurementException">The measurement could not be made or finished.</exception>
    /// <exception cref="UnknownPromptException">No bank has the name.</exception>
    /// <exception cref="UnknownModelException">No provider is known for the model.</exception>
    /// <exception cref="MissingKeyException">The provider's key is not set.</exception>
    public async Task<Measurement> MeasureAsync(
        MeasurementRequest request,
        CallLanes lanes,
        MockBehaviour? mock = null,
        IProgress<MeasurementProgress>? progress = null,
        BatchPosition? batch = null,
        CancellationToken stop = default
    )
    {
        request.Validate();
        var model = catalog.Resolve(request.Model, request.Provider, request.BaseUrl, request.Mock);
        var bank = prompts(request.PromptVersion);
        var first = request.Auto ? EscalationGates.Stages[0] : (request.K, request.R);
        MeasurementPlan.Create(request, model, bank, first.Item1, first.Item2, privateTo: null);
        if (lanes.Budget.Limit is not null && model.Price is null)
            throw new MeasurementException(
                MeasurementFailure.NoPrice,
                $"a cost limit cannot be kept for {model.ApiModel}: it has no price; add one to the price file"
            );
        using var client = clients.Open(model, mock);

        var start = new ExecutionStart(
            request,
            model,
            bank,
            Identity.RequestKey(request, model, bank),
            Identity.Subject(request, model, bank),
            batch
        );
        await using var execution = await store.BeginAsync(start, stop);
        var asker = new SampleAsker(client, request, model, time);
        var collector = new SampleCollector(asker, request, model, execution, lanes, progress, time)
        {
            // A batch has counted what its earlier processes spent when it was opened.
            CountsEarlierCost = batch is null,
        };
        try
        {
            var measurement = await RunStagesAsync(request, model, bank, execution, collector, stop);
            await execution.CompleteAsync(measurement, CancellationToken.None);
            return measurement;
        }
        catch (MeasurementException failure)
        {
            var final = failure.Failure is MeasurementFailure.TooFewValidSamples or MeasurementFailure.Rejected;
            await execution.StopAsync(failure.Message, final ? failure.Failure : null, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            await execution.StopAsync("stopped before it was complete", final: null, CancellationToken.None);
            throw;
        }
    }

    private static async Task<Measurement> RunStagesAsync(
        MeasurementRequest request,
        ModelChoice model,
        PromptBank bank,
        IExecution execution,
        SampleCollector collector,
        CancellationToken stop
    )
    {
        var privateTo = request.NoCache ? execution.Id : null;
        IReadOnlyList<(int K, int R)> stages = request.Auto ? EscalationGates.Stages : [(request.K, request.R)];
        var decisions = new List<StageDecision>();
        for (var stage = 0; ; stage++)
        {
            var plan = MeasurementPlan.Create(request, model, bank, stages[stage].K, stages[stage].R, privateTo);
            var samples = await collector.CollectAsync(plan, stop);
            var aggregate = Aggregate.Of(request, model.ApiModel, bank.Version, plan, samples);
            if (request.Auto)
                decisions.Add(EscalationGates.Judge(stage, aggregate));
            if (request.Auto && decisions[^1].Action == "escalate")
                continue;
            var composer = new ResultComposer(request, model, bank, execution);
            var result = composer.Compose(plan, samples, aggregate, request.Auto ? decisions : null);
            return new Measurement(request, model, bank, plan, samples, aggregate, result);
        }
    }
}
