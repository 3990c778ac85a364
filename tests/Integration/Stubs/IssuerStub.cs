using System.Text.Json.Nodes;
using Heretix.Tests.Keys;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>
/// An OpenID Connect issuer on loopback: discovery document, key set and tokens. It rotates its keys, counts who asks, and is
/// slow, broken or dishonest when it is told to be.
/// </summary>
public sealed class IssuerStub : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly List<StubKey> keys = [];
    private readonly Lock turn = new();
    private int discoveries;
    private int keySets;
    private int elsewhere;
    private int serial;

    private IssuerStub(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(AnswerAsync);
        Rotate("RS256");
    }

    /// <summary>Its <c>iss</c>.</summary>
    public string Url => application.Urls.Single();

    /// <summary>How often the discovery document was asked for.</summary>
    public int Discoveries => Volatile.Read(ref discoveries);

    /// <summary>How often the key set was asked for.</summary>
    public int KeySets => Volatile.Read(ref keySets);

    /// <summary>How often anything else was asked for, such as a key that a token points to.</summary>
    public int Elsewhere => Volatile.Read(ref elsewhere);

    /// <summary>The key that signs.</summary>
    public StubKey Key { get; private set; } = null!;

    /// <summary>Writes the discovery document in the place of the honest one.</summary>
    public Func<HttpContext, Task>? Discovery { get; set; }

    /// <summary>Writes the key set in the place of the honest one.</summary>
    public Func<HttpContext, Task>? KeySet { get; set; }

    /// <summary>Waited for before the key set is answered; null for at once.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public static async Task<IssuerStub> StartAsync(int port = 0)
    {
        var stub = new IssuerStub(port);
        await stub.application.StartAsync();
        return stub;
    }

    /// <summary>Signs with a new key from now on, of RS256 or ES256.</summary>
    /// <param name="algorithm">What it signs by.</param>
    /// <param name="forget">The keys before are not published any more.</param>
    public StubKey Rotate(string algorithm = "RS256", bool forget = true)
    {
        lock (turn)
        {
            if (forget)
                keys.Clear();
            Key = StubKey.New(algorithm, $"key-{++serial}");
            keys.Add(Key);
            return Key;
        }
    }

    /// <summary>The claims of an honest ID token, to be changed at will.</summary>
    public JsonObject Claims(DateTimeOffset now, string subject, string audience, string? email = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Url,
            ["sub"] = subject,
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 600,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        if (email is not null)
            (claims["email"], claims["email_verified"]) = (email, true);
        return claims;
    }

    /// <summary>A token with these claims, signed with the key of the moment.</summary>
    public string Sign(JsonObject claims) => Key.Sign(claims);

    public async ValueTask DisposeAsync()
    {
        Hold?.TrySetResult();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                Interlocked.Increment(ref discoveries);
                await (Discovery?.Invoke(context) ?? WriteAsync(context, HonestDiscovery()));
                break;
            case "/keys" or "/auth/keys" or "/.well-known/jwks.json":
                Interlocked.Increment(ref keySets);
                if (Hold is { } hold)
                    await hold.Task.WaitAsync(context.RequestAborted);
                await (KeySet?.Invoke(context) ?? WriteAsync(context, HonestKeys()));
                break;
            default:
                Interlocked.Increment(ref elsewhere);
                await WriteAsync(context, HonestKeys());
                break;
        }
    }

    public static Task WriteAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }

    public JsonObject HonestDiscovery() => new() { ["issuer"] = Url, ["jwks_uri"] = Url + "/keys" };

    public JsonObject HonestKeys()
    {
        lock (turn)
            return new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Public())]) };
    }
}
