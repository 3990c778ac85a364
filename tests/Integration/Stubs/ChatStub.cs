using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>
/// A fast server that speaks chat completions and stands for a paid model: answers a measurement after a set latency,
/// always alike to the same request and idempotency key, and counts what it would have charged for. Needs nothing but
/// ASP.NET, so that it can be compiled into any program and run as a process of its own.
/// </summary>
/// <remarks>
/// <c>GET /stub/requests</c> gives <c>{"requests":N,"keys":{"key":count}}</c>; requests without a key count under "".
/// A request counts when its answer has been written.
/// </remarks>
public sealed class ChatStub : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> counts = new();
    private readonly WebApplication application;
    private readonly TimeSpan latency;
    private readonly TimeProvider clock;
    private int concurrent;
    private int mostConcurrent;

    private ChatStub(int port, TimeSpan latency, TimeProvider clock)
    {
        this.latency = latency;
        this.clock = clock;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(HandleAsync);
    }

    /// <summary>Without a path, as given to <c>--base-url</c>.</summary>
    public Uri Address => new(application.Urls.Single());

    /// <summary>Answers given so far.</summary>
    public int Requests => counts.Values.Sum();

    /// <summary>Answers given so far, by idempotency key.</summary>
    public IReadOnlyDictionary<string, int> Keys => counts;

    /// <summary>The most requests that were in flight at once.</summary>
    public int MostConcurrent => Volatile.Read(ref mostConcurrent);

    /// <summary>Starts a stub; port 0 takes a free one.</summary>
    public static async Task<ChatStub> StartAsync(
        TimeSpan latency = default,
        int port = 0,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default
    )
    {
        var stub = new ChatStub(port, latency, clock ?? TimeProvider.System);
        await stub.application.StartAsync(cancellationToken);
        return stub;
    }

    /// <summary>
    /// Runs a stub as a program: prints its address as the first line, serves until cancelled or ended by a signal.
    /// </summary>
    public static async Task<int> RunAsync(
        int port,
        TimeSpan latency = default,
        CancellationToken cancellationToken = default
    )
    {
        await using var stub = await StartAsync(latency, port, cancellationToken: cancellationToken);
        await Console.Out.WriteLineAsync(stub.Address.ToString());
        await Console.Out.FlushAsync(cancellationToken);
        var ended = new TaskCompletionSource();
        using var onCancel = cancellationToken.Register(() => ended.TrySetResult());
        using var onTerm = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                ended.TrySetResult();
            }
        );
        await ended.Task;
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (HttpMethods.IsGet(context.Request.Method) && path == "/stub/requests")
            await WriteCountsAsync(context);
        else if (HttpMethods.IsPost(context.Request.Method) && path == "/v1/chat/completions")
            await CompleteAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref concurrent);
        for (int most; now > (most = mostConcurrent); )
            Interlocked.CompareExchange(ref mostConcurrent, now, most);
        try
        {
            var key = context.Request.Headers["Idempotency-Key"].ToString();
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            // What identifies the sample, without the execution and the attempt: both may differ where the answer must not.
            body.Write(Encoding.UTF8.GetBytes(key.Split('-')[0]));
            var answer = Completion(SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length)), body.Length);

            if (latency > TimeSpan.Zero)
                await Task.Delay(latency, clock, context.RequestAborted);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
            counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref concurrent);
        }
    }

    private static byte[] Completion(byte[] hash, long requestLength)
    {
        var probability = (1 + BitConverter.ToUInt16(hash) % 99) / 100.0;
        var label = probability switch
        {
            >= 0.8 => "very_likely",
            >= 0.6 => "likely",
            <= 0.2 => "very_unlikely",
            <= 0.4 => "unlikely",
            _ => "uncertain",
        };
        var belief = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"belief":{"prob_true":{{{probability}}},"label":"{{{label}}}"},"reasons":["Stub: one.","Stub: two."],"assumptions":[],"uncertainties":[],"flags":{"refused":false,"off_topic":false}}"""
        );
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", "stub-" + Convert.ToHexStringLower(hash.AsSpan(0, 6)));
            json.WriteString("object", "chat.completion");
            json.WriteString("model", "stub-model");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteString("finish_reason", "stop");
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", belief);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", requestLength / 4);
            json.WriteNumber("completion_tokens", belief.Length / 4);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private async Task WriteCountsAsync(HttpContext context)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("requests", Requests);
            json.WriteNumber("most_concurrent", MostConcurrent);
            json.WriteStartObject("keys");
            foreach (var (key, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteNumber(key, count);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
