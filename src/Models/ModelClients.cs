using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>
/// Opens clients and owns the connections they share. What <see cref="Open"/> returns is the whole stack: retries around
/// rate limits around the provider's client. Safe for use from several threads; one per process is enough.
/// </summary>
public sealed class ModelClients : IDisposable
{
    /// <summary>Limits hold for all clients on one clock, which is to say for the whole process.</summary>
    private static readonly ConditionalWeakTable<TimeProvider, ConcurrentDictionary<string, RequestPace>> Paces = [];

    /// <summary>Bytes of an answer that is not streamed; no model writes as much.</summary>
    private const int LargestReply = 16 * 1024 * 1024;

    private readonly ModelCatalogOptions options;
    private readonly TimeProvider clock;
    private readonly ModelCallOptions calls;
    private readonly Lock jitterGate = new();
    private readonly Lazy<Random> jitter;
    private readonly Lazy<HttpClient> http;
    private readonly ConcurrentDictionary<(string, string, Uri?), LearntAccommodations> learnt = new();

    /// <summary>Nothing is connected or read yet.</summary>
    /// <param name="options">Where keys, addresses and limits are found; null reads the environment.</param>
    /// <param name="clock">Times waits and latencies; null is the system's.</param>
    /// <param name="transport">Carries the requests; null opens sockets. Disposed together with this.</param>
    /// <param name="calls">Time allowed and retries; null is the default of each.</param>
    /// <param name="jitter">Spreads the back-off; null takes a seed from the system's generator.</param>
    public ModelClients(
        ModelCatalogOptions? options = null,
        TimeProvider? clock = null,
        HttpMessageHandler? transport = null,
        ModelCallOptions? calls = null,
        Random? jitter = null
    )
    {
        this.options = options ?? new ModelCatalogOptions();
        this.clock = clock ?? TimeProvider.System;
        this.calls = calls ?? new ModelCallOptions();
        this.calls.Validate();
        this.jitter = new Lazy<Random>(() => jitter ?? new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
        http = new Lazy<HttpClient>(() => Connect(transport ?? Sockets()));
    }

    /// <summary>A client for one model.</summary>
    /// <param name="choice">A model found by <see cref="ModelCatalog.Resolve"/>.</param>
    /// <param name="mock">How the mock behaves; ignored unless the choice is a mock.</param>
    /// <exception cref="MissingKeyException">The provider needs a key and none of its variables is set.</exception>
    /// <exception cref="ModelConfigurationException">The file of limits is faulty.</exception>
    public IChatClient Open(ModelChoice choice, MockBehaviour? mock = null)
    {
        ArgumentNullException.ThrowIfNull(choice);
        if (choice.Mock)
            return OpenMock(choice, mock ?? new MockBehaviour());

        var card = choice.Capabilities;
        var key = options.FirstSet(card.KeyVariables);
        if (key is null && card.KeyRequired)
            throw new MissingKeyException(choice.Provider, card.KeyVariables);

        IChatClient client = new WireChatClient(
            choice,
            Dialect.For(choice.Provider),
            http.Value,
            key,
            clock,
            calls.Timeout,
            learnt.GetOrAdd((choice.Provider, choice.ApiModel, choice.BaseUrl), static _ => new LearntAccommodations())
        );
        var limits = RateLimits.For(options, card, choice.ApiModel);
        if (limits.Any)
            client = new PacedChatClient(client, Pace(choice, limits));
        return new RetryingChatClient(client, calls, clock, Jitter);
    }

    /// <summary>Closes the connections. Clients that were opened here stop working.</summary>
    public void Dispose()
    {
        if (http.IsValueCreated)
            http.Value.Dispose();
    }

    private IChatClient OpenMock(ModelChoice choice, MockBehaviour behaviour)
    {
        behaviour.Validate();
        var mock = new MockChatClient(choice, behaviour, clock);
        return behaviour.CanFail ? new RetryingChatClient(mock, calls, clock, Jitter) : mock;
    }

    private RequestPace Pace(ModelChoice choice, RateLimits limits) =>
        Paces
            .GetOrAdd(clock, static _ => new ConcurrentDictionary<string, RequestPace>())
            .GetOrAdd(
                $"{choice.Provider}|{choice.ApiModel}|{choice.BaseUrl}|{limits}",
                static (_, state) => new RequestPace(state.limits, state.clock),
                (limits, clock)
            );

    private double Jitter()
    {
        lock (jitterGate)
            return jitter.Value.NextDouble();
    }

    private static HttpClient Connect(HttpMessageHandler transport) =>
        new(transport) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestReply };

    /// <summary>No redirects, because they would carry a key to an address that nobody chose.</summary>
    private static SocketsHttpHandler Sockets() =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // A reader that leaves a stream ends it, and its cost, at once instead of after two seconds of draining.
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
            UseCookies = false,
        };
}
