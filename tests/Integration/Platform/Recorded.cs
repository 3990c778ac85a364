using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;

namespace Heretix.Tests.Integration.Platform;

/// <summary>One request as a stub received it.</summary>
internal sealed record Recorded(string Method, string Path, IHeaderDictionary Headers, byte[] Body);

/// <summary>A server that keeps what it is sent and answers as it is told.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Recorded> received = Channel.CreateUnbounded<Recorded>();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> answers = new();

    private RecordingServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(HandleAsync);
    }

    public Uri Address => new(app.Urls.Single());

    /// <summary>Answers what nothing else was planned for.</summary>
    public Func<HttpContext, Task> Usual { get; set; } = static _ => Task.CompletedTask;

    public int Count { get; private set; }

    public static async Task<RecordingServer> StartAsync()
    {
        var server = new RecordingServer();
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Plans the next answer.</summary>
    public void Next(int status, string body = "", params (string Name, string Value)[] headers) =>
        answers.Enqueue(context => WriteAsync(context, status, body, headers));

    /// <summary>Plans the next answer.</summary>
    public void Next(Func<HttpContext, Task> answer) => answers.Enqueue(answer);

    public static Task WriteAsync(
        HttpContext context,
        int status,
        string body,
        params (string Name, string Value)[] headers
    )
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body);
    }

    /// <summary>Waits for the next request that the filter takes; others are forgotten.</summary>
    public async Task<Recorded> ReceiveAsync(CancellationToken cancellationToken, Func<Recorded, bool>? filter = null)
    {
        while (true)
        {
            var next = await received.Reader.ReadAsync(cancellationToken);
            if (filter is null || filter(next))
                return next;
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Count++;
        var headers = new HeaderDictionary();
        foreach (var (name, value) in context.Request.Headers)
            headers[name] = value;
        received.Writer.TryWrite(new(context.Request.Method, context.Request.Path, headers, body.ToArray()));
        await (answers.TryDequeue(out var answer) ? answer(context) : Usual(context));
    }
}
