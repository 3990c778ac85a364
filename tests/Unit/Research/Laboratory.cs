using Heretix.Models;
using Heretix.Research.Measuring;
using Heretix.Research.Store;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Results;

namespace Heretix.Tests.Unit.Research;

/// <summary>A store in a folder of its own, with the mock to be measured.</summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private readonly ModelClients clients = new(
        new ModelCatalogOptions(Environment: _ => null),
        calls: new ModelCallOptions
        {
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(2),
        }
    );
    private readonly string folder = Directory.CreateTempSubdirectory("heretix-").FullName;
    private readonly List<ResearchStore> stores = [];

    public List<string> Notices { get; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public MockBehaviour Mock { get; set; } = new();

    public TimeSpan ResultCacheTime { get; init; }

    public string Database => Path.Combine(folder, "store.sqlite");

    public string this[string name] => Path.Combine(folder, name);

    public ResearchStore Store => stores.Count > 0 ? stores[0] : Open();

    public static MeasurementRequest Request { get; } =
        new()
        {
            Claim = "Bees can recognise human faces",
            Model = "gpt-5",
            PromptVersion = "rpl_h1",
            Mock = true,
            B = 300,
        };

    public ResearchStore Open()
    {
        var store = ResearchStore.Open(new StoreOptions(Database, Durable: false, OnNotice: Note), Time);
        stores.Add(store);
        return store;

        void Note(string notice)
        {
            lock (Notices)
                Notices.Add(notice);
        }
    }

    public Measurer Measurer(ResearchStore? store = null) =>
        new(
            new PromptLibrary(PromptLibrary.DefaultDirectory).Get,
            ModelCatalog.Load(new ModelCatalogOptions(Environment: _ => null)),
            clients,
            store ?? Store,
            exporter: null,
            Time
        )
        {
            Mock = Mock,
            ResultCacheTime = ResultCacheTime,
        };

    public async Task<RunResult> MeasureAsync(
        MeasurementRequest request,
        decimal? costLimit = null,
        IProgress<MeasurementProgress>? progress = null,
        CancellationTokenSource? stop = null,
        int lanes = 8
    )
    {
        using var calls = new CallLanes(lanes, new Budget(costLimit), TestContext.Current.CancellationToken);
        return await Measurer().MeasureAsync(request, calls, progress, export: false, stop: stop?.Token ?? default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
            await store.DisposeAsync();
        clients.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
