using Heretix.Lake;
using Heretix.Models;
using Heretix.Research.Batch;
using Heretix.Research.Export;
using Heretix.Research.Measuring;
using Heretix.Research.Store;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Prompts;

namespace Heretix.Cli.Settings;

/// <summary>Everything a measuring verb works with, opened from its settings.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly ModelClients clients;
    private readonly ParquetLake? lake;
    private readonly TimeProvider time;
    private BatchRunner? runner;

    private Workbench(
        MeasurementSettings settings,
        ModelClients clients,
        ParquetLake? lake,
        ResearchStore store,
        Measurer measurer,
        CallLanes lanes,
        TimeProvider time
    )
    {
        this.time = time;
        this.clients = clients;
        this.lake = lake;
        Settings = settings;
        Store = store;
        Measurer = measurer;
        Lanes = lanes;
    }

    public MeasurementSettings Settings { get; }

    public ResearchStore Store { get; }

    public Measurer Measurer { get; }

    public CallLanes Lanes { get; }

    /// <summary>A runner whose batch <see cref="WrittenAsync"/> closes.</summary>
    public BatchRunner Runner() => runner = new BatchRunner(Measurer, Store, Lanes, time);

    /// <summary>The output is written: the same command begins anew next time.</summary>
    public Task WrittenAsync() => runner?.CloseAsync() ?? Task.CompletedTask;

    /// <param name="abandon">Ends calls in flight.</param>
    public static Workbench Open(MeasurementSettings settings, Surroundings around, CancellationToken abandon)
    {
        BootstrapMemory.Require(settings.Template.B);
        var catalogOptions = new ModelCatalogOptions(Environment: around.Text);
        var catalog = ModelCatalog.Load(catalogOptions);
        var banks = Banks(settings.PromptsFile, around);
        foreach (var version in settings.PromptVersions)
            banks(version);
        var clients = new ModelClients(catalogOptions, around.Time);
        foreach (var model in settings.Models)
        {
            // Before anything is paid for: every model is known and has its key.
            var choice = catalog.Resolve(model, settings.Template.Provider, settings.Template.BaseUrl, settings.Mock);
            clients.Open(choice, settings.MockBehaviour).Dispose();
        }

        var store = ResearchStore.Open(
            new StoreOptions(
                settings.Store.Database,
                Durable: settings.Store.Database != StoreLocation.DefaultMockDatabase,
                OnNotice: Note
            ),
            around.Time
        );
        var lake = settings.Store.Export ? new ParquetLake(settings.Store.Exports) : null;
        if (lake is not null)
            _ = Task.Run(lake.OpenAhead, CancellationToken.None);
        var exporter = lake is null ? null : new RunExporter(store, lake, settings.Store.Environment, Note);
        var measurer = new Measurer(banks, catalog, clients, store, exporter, around.Time)
        {
            Mock = settings.MockBehaviour,
            ResultCacheTime = settings.ResultCacheTime,
        };
        var lanes = new CallLanes(settings.Concurrency, new Budget(settings.CostLimit), abandon);
        return new Workbench(settings, clients, lake, store, measurer, lanes, around.Time);

        void Note(string sentence) => around.Error.WriteLine("hx: " + sentence);
    }

    /// <summary>Finds banks by name or version, or always gives the bank of one file.</summary>
    public static Func<string, PromptBank> Banks(string? promptsFile, Surroundings around)
    {
        if (promptsFile is not null)
        {
            var bank = new Lazy<PromptBank>(() => PromptLibrary.FromFile(promptsFile));
            return _ => bank.Value;
        }
        return new PromptLibrary(around.Text(PromptLibrary.DirectoryVariable) ?? PromptLibrary.DefaultDirectory).Get;
    }

    public async ValueTask DisposeAsync()
    {
        Lanes.Dispose();
        clients.Dispose();
        lake?.Dispose();
        await Store.DisposeAsync();
    }
}
