using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Heretix.Tests.Integration.Stubs.Razorpay;

/// <summary>
/// Razorpay as far as Heretix knows it: a server on loopback that keeps orders, payments and refunds, and does wrong on
/// request. What buyers and operators do on its pages is done by methods; each leaves its events, which a test delivers as
/// it likes (<see cref="RazorpayDeliveries"/>). As at the real one, orders know no idempotency key.
/// </summary>
public sealed partial class RazorpayStub : IAsyncDisposable
{
    public const string KeyId = "rzp_test_stub";
    public const string KeySecret = "the secret of the key";
    public const string WebhookSecret = "the secret of the webhook";

    private readonly Lock turn = new();
    private readonly WebApplication application;
    private readonly Dictionary<string, JsonObject> objects = [];
    private readonly Dictionary<string, string> refundsOfKeys = [];
    private readonly ConcurrentQueue<(string Path, RazorpayFault Fault)> faults = new();
    private int number;

    private RazorpayStub()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(HandleAsync);
    }

    /// <summary>Without a path.</summary>
    public Uri Address => new(application.Urls.Single());

    /// <summary>What was asked, as <c>POST /v1/orders</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What happened, in its order.</summary>
    public List<RazorpayEvent> Events { get; } = [];

    /// <summary>Is released while a request hangs.</summary>
    public SemaphoreSlim Hanging { get; } = new(0);

    public static async Task<RazorpayStub> StartAsync()
    {
        var stub = new RazorpayStub();
        await stub.application.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    /// <summary>What goes wrong with the next requests whose method and path begin like this, one fault for each.</summary>
    public void Fail(string request, params RazorpayFault[] next)
    {
        foreach (var fault in next)
            faults.Enqueue((request, fault));
    }

    /// <summary>The objects of a kind, as they are now.</summary>
    public IReadOnlyList<JsonObject> All(string kind)
    {
        lock (turn)
            return
            [
                .. objects
                    .Values.Where(found => (string?)found["entity"] == kind)
                    .Select(found => found.DeepClone().AsObject()),
            ];
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
        Hanging.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        var asked = $"{context.Request.Method} {context.Request.Path}";
        Requests.Enqueue(asked);
        RazorpayFault? fault = null;
        if (faults.TryPeek(out var next) && asked.StartsWith(next.Path, StringComparison.Ordinal))
        {
            faults.TryDequeue(out _);
            fault = next.Fault;
        }
        if (fault == RazorpayFault.Hang)
        {
            Hanging.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        var (status, answer) =
            fault == RazorpayFault.Error500 ? (500, [])
            : context.Request.Headers.Authorization != Authorization ? (401, Problem("BAD_REQUEST_ERROR"))
            : Work(context.Request, text.Length > 0 ? JsonNode.Parse(text)!.AsObject() : []);
        if (fault == RazorpayFault.CutAfterWork)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static string Authorization =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{KeyId}:{KeySecret}"));

    private (int Status, JsonObject Answer) Work(HttpRequest request, JsonObject body)
    {
        lock (turn)
        {
            var parts = request.Path.Value!.Trim('/').Split('/');
            var query = QueryHelpers.ParseQuery(request.QueryString.Value);
            try
            {
                return (
                    200,
                    (request.Method, parts) switch
                    {
                        ("GET", ["v1", "orders"]) => List(
                            "order",
                            order => (string?)order["receipt"] == query["receipt"].ToString()
                        ),
                        ("POST", ["v1", "orders"]) => NewOrder(body),
                        ("GET", ["v1", "orders", var id, "payments"]) => List(
                            "payment",
                            payment => (string?)payment["order_id"] == id
                        ),
                        ("GET", ["v1", "payments", var id]) => Require(id),
                        ("POST", ["v1", "payments", var id, "capture"]) => Captured(Require(id), body),
                        ("GET", ["v1", "payments", var id, "refunds"]) => List(
                            "refund",
                            refund => (string?)refund["payment_id"] == id
                        ),
                        ("POST", ["v1", "payments", var id, "refund"]) => RefundOnce(
                            Require(id),
                            body,
                            request.Headers["X-Refund-Idempotency"].ToString()
                        ),
                        _ => throw new RazorpayRefusal("no such route"),
                    }
                );
            }
            catch (RazorpayRefusal)
            {
                return (400, Problem("BAD_REQUEST_ERROR"));
            }
        }
    }

    private JsonObject RefundOnce(JsonObject payment, JsonObject body, string key)
    {
        if (key.Length > 0 && refundsOfKeys.TryGetValue(key, out var made))
            return Require(made);
        var refund = NewRefund(payment, (long)body["amount"]!, body["notes"]?.DeepClone(), "processed");
        if (key.Length > 0)
            refundsOfKeys[key] = (string)refund["id"]!;
        return refund;
    }

    private JsonObject List(string kind, Func<JsonObject, bool> wanted)
    {
        var items = objects.Values.Where(found => (string?)found["entity"] == kind && wanted(found)).ToList();
        return new JsonObject
        {
            ["entity"] = "collection",
            ["count"] = items.Count,
            ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]),
        };
    }

    private JsonObject Require(string id) =>
        objects.TryGetValue(id, out var found) ? found : throw new RazorpayRefusal("no such id");

    private static JsonObject Problem(string code) => new() { ["error"] = new JsonObject { ["code"] = code } };

    private string NewId(string prefix) => $"{prefix}_{++number:D6}";
}

/// <summary>An event: its id, which travels in a header, its type and the body that is sent.</summary>
public sealed record RazorpayEvent(string Id, string Type, string Body);

/// <summary>What goes wrong.</summary>
public enum RazorpayFault
{
    /// <summary>Nothing; for the place in the queue.</summary>
    None,

    Error500,

    /// <summary>No answer, ever.</summary>
    Hang,

    /// <summary>The work is done, and the connection breaks before the answer.</summary>
    CutAfterWork,
}

internal sealed class RazorpayRefusal(string words) : Exception(words);
