using System.Text.Json;
using Heretix.Models;
using Heretix.Tests.Integration.Stubs;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Integration.Models;

/// <summary>What the tests of the clients share: a stub, a client opened on it, and a schema to ask for.</summary>
public abstract class ClientTest : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> stubs = [];
    private readonly List<IDisposable> clients = [];

    public static TheoryData<string> EveryProvider => [.. Providers.All];

    private protected RecordingTime Time { get; } = new();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Strict, as a measurement's is, with bounds that not every provider takes.</summary>
    protected static JsonElement Schema { get; } =
        JsonElement.Parse(
            """
            {"type":"object","additionalProperties":false,"required":["prob_true"],
             "properties":{"prob_true":{"type":"number","minimum":0,"maximum":1}}}
            """
        );

    protected static ChatResponseFormat Format { get; } = ChatResponseFormat.ForJsonSchema(Schema, "belief");

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        clients.ForEach(client => client.Dispose());
        foreach (var stub in stubs)
            await stub.DisposeAsync();
    }

    private protected async Task<ProviderStub> StubAsync(string provider)
    {
        var stub = ProviderStub.For(provider);
        await stub.StartAsync(Token);
        stubs.Add(stub);
        return stub;
    }

    private protected IChatClient Open(
        ProviderStub stub,
        ModelCallOptions? calls = null,
        TimeProvider? time = null,
        string? model = null,
        Func<string, string?>? environment = null
    )
    {
        var options = new ModelCatalogOptions(Environment: environment ?? stub.Environment);
        var choice = ModelCatalog.Load(options).Resolve(model ?? stub.Model, stub.Provider);
        var opened = new ModelClients(options, time ?? Time, calls: calls, jitter: new Random(1));
        clients.Add(opened);
        return opened.Open(choice);
    }

    protected static async Task<List<ChatResponseUpdate>> DrainAsync(
        IAsyncEnumerable<ChatResponseUpdate> stream,
        List<ChatResponseUpdate>? into = null
    )
    {
        into ??= [];
        await foreach (var update in stream)
            into.Add(update);
        return into;
    }
}
