using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>
/// Stripe as far as Heretix knows it: a server on loopback that keeps its objects, remembers idempotency keys, and does wrong
/// on request. What people do on Stripe's pages is done by methods; each leaves its events, which a test delivers as it
/// likes (<see cref="StripeDeliveries"/>). Each kind of object has a part of this class to itself.
/// </summary>
public sealed partial class StripeStub : IAsyncDisposable
{
    /// <summary>The secret key that it knows.</summary>
    public const string Key = "sk_test_stub";

    private readonly Lock turn = new();
    private readonly WebApplication application;
    private readonly Dictionary<string, JsonObject> objects = [];
    private readonly Dictionary<string, KeptAnswer> keys = [];
    private readonly ConcurrentQueue<(string Path, StripeFault Fault)> faults = new();
    private readonly List<Route> routes = [];
    private int number;

    public StripeStub(TimeProvider clock)
    {
        Clock = clock;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(HandleAsync);
        MapCustomers();
        MapSessions();
        MapSubscriptions();
        MapPayments();
    }

    /// <summary>Its clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Without a path.</summary>
    public Uri Address => new(application.Urls.Single());

    /// <summary>What was asked, as <c>POST /v1/customers</c>, with whatever was sent along.</summary>
    public ConcurrentQueue<StripeRequest> Requests { get; } = new();

    /// <summary>What happened, in its order.</summary>
    public List<StripeEvent> Events { get; } = [];

    /// <summary>Is set while a request hangs.</summary>
    public SemaphoreSlim Hanging { get; } = new(0);

    public static async Task<StripeStub> StartAsync(TimeProvider clock)
    {
        var stub = new StripeStub(clock);
        await stub.application.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    /// <summary>What goes wrong with the next requests whose path begins like this, one fault for each.</summary>
    public void Fail(string path, params StripeFault[] next)
    {
        foreach (var fault in next)
            faults.Enqueue((path, fault));
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal() => faults.Clear();

    /// <summary>How often something was asked for.</summary>
    public int Count(string method, string path) =>
        Requests.Count(request => request.Method == method && request.Path == path);

    /// <summary>The objects of a kind.</summary>
    public IReadOnlyList<JsonObject> All(string kind)
    {
        lock (turn)
            return [.. objects.Values.Where(found => (string?)found["object"] == kind)];
    }

    /// <summary>An object as it is now.</summary>
    public JsonObject Get(string id)
    {
        lock (turn)
            return objects[id].DeepClone().AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
        Hanging.Dispose();
    }

    private long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    private string NewId(string prefix) => $"{prefix}_{++number:D6}";

    private void Map(string method, string path, Func<StripeRequest, JsonObject> answer) =>
        routes.Add(new Route(method, path.Split('/'), answer));

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var text = body.Length > 0 ? body : context.Request.QueryString.Value ?? "";
        var request = new StripeRequest(
            context.Request.Method,
            context.Request.Path.Value ?? "",
            QueryHelpers.ParseQuery(text).ToDictionary(field => field.Key, field => field.Value.ToString()),
            context.Request.Headers["Idempotency-Key"].FirstOrDefault()
        );
        Requests.Enqueue(request);
        context.Response.Headers.Date = Clock.GetUtcNow().ToString("R");
        var fault = NextFault(request);
        if (fault == StripeFault.Hang)
        {
            Hanging.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        if (fault is StripeFault.Error500 or StripeFault.TooMany429)
        {
            context.Response.StatusCode = fault == StripeFault.Error500 ? 500 : 429;
            return;
        }
        var answer =
            context.Request.Headers.Authorization != "Bearer " + Key ? Problem(401, "invalid_api_key")
            : context.Request.Headers["Stripe-Version"].Count == 0 ? Problem(400, "version_missing")
            : Answer(request);
        if (fault == StripeFault.CutAfterWork)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private StripeFault? NextFault(StripeRequest request)
    {
        if (!faults.TryPeek(out var next) || !request.Path.StartsWith(next.Path, StringComparison.Ordinal))
            return null;
        faults.TryDequeue(out _);
        return next.Fault;
    }

    /// <summary>The same key is the same request, and one with other parameters is refused.</summary>
    private KeptAnswer Answer(StripeRequest request)
    {
        lock (turn)
        {
            var print = request.Fingerprint;
            if (request.Key is { } key && keys.TryGetValue(key, out var kept))
                return kept.Fingerprint == print ? kept : Problem(400, "idempotency_error");
            var answer = Work(request) with { Fingerprint = print };
            if (request.Key is { } fresh)
                keys[fresh] = answer;
            return answer;
        }
    }

    private KeptAnswer Work(StripeRequest request)
    {
        foreach (var route in routes)
        {
            if (!route.Matches(request, out var id))
                continue;
            try
            {
                return new KeptAnswer(200, route.Answer(request with { Id = id }).ToJsonString());
            }
            catch (StripeRefusal refusal)
            {
                return Problem(refusal.Status, refusal.Code);
            }
        }
        return Problem(404, "no_such_route");
    }

    private static KeptAnswer Problem(int status, string code) =>
        new(
            status,
            new JsonObject
            {
                ["error"] = new JsonObject { ["code"] = code, ["type"] = "invalid_request_error" },
            }.ToJsonString()
        );

    private JsonObject Require(string? id) =>
        id is not null && objects.TryGetValue(id, out var found)
            ? found
            : throw new StripeRefusal(404, "resource_missing");

    private static JsonObject List(IEnumerable<JsonObject> items) =>
        new()
        {
            ["object"] = "list",
            ["has_more"] = false,
            ["data"] = new JsonArray([.. items.Select(item => item.DeepClone())]),
        };

    private StripeEvent Happened(string type, JsonObject about)
    {
        var id = NewId("evt");
        var body = new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["type"] = type,
            ["created"] = Now,
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["data"] = new JsonObject { ["object"] = about.DeepClone() },
        };
        var happened = new StripeEvent(id, type, body.ToJsonString());
        Events.Add(happened);
        return happened;
    }

    private sealed record KeptAnswer(int Status, string Body, string Fingerprint = "");

    private sealed record Route(string Method, string[] Parts, Func<StripeRequest, JsonObject> Answer)
    {
        public bool Matches(StripeRequest request, out string? id)
        {
            id = null;
            var parts = request.Path.Split('/');
            if (request.Method != Method || parts.Length != Parts.Length)
                return false;
            for (var i = 0; i < parts.Length; i++)
            {
                if (Parts[i] == "{id}")
                    id = parts[i];
                else if (Parts[i] != parts[i])
                    return false;
            }
            return true;
        }
    }
}

/// <summary>A request as it arrived.</summary>
public sealed record StripeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Form, string? Key)
{
    /// <summary>The id in the path.</summary>
    public string? Id { get; init; }

    public string? this[string field] => Form.GetValueOrDefault(field);

    public string Fingerprint =>
        $"{Method} {Path} {string.Join('&', Form.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}";
}

/// <summary>An event: its id, its type and the body that is sent.</summary>
public sealed record StripeEvent(string Id, string Type, string Body);

/// <summary>What goes wrong.</summary>
public enum StripeFault
{
    /// <summary>Nothing; for the place in the queue.</summary>
    None,

    Error500,
    TooMany429,

    /// <summary>No answer, ever.</summary>
    Hang,

    /// <summary>The work is done, and the connection breaks before the answer.</summary>
    CutAfterWork,
}

internal sealed class StripeRefusal(int status, string code) : Exception(code)
{
    public int Status => status;

    public string Code => Message;
}
