using System.Collections.Concurrent;
using System.Text.Json;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>A request as it arrived.</summary>
public sealed record RecordedRequest(
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    string Body
)
{
    public JsonElement Json => JsonElement.Parse(Body);
}

/// <summary>Writes one answer.</summary>
public delegate Task Answer(HttpContext context, CancellationToken cancellationToken);

/// <summary>
/// A server on loopback and a free port. It records every request and answers with the scripted answers in their order;
/// a request beyond the script gets 500 and fails the test by its words.
/// </summary>
public class StubServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Answer> script = new();
    private readonly WebApplication application;

    public StubServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(HandleAsync);
    }

    /// <summary>Without a path, as a user would write it.</summary>
    public Uri Address => new(application.Urls.Single());

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    public RecordedRequest Last => Requests.Last();

    /// <summary>Completes when a client has gone away before its answer was finished.</summary>
    public TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task StartAsync(CancellationToken cancellationToken) =>
        await application.StartAsync(cancellationToken);

    public void Next(params Answer[] answers)
    {
        foreach (var answer in answers)
            script.Enqueue(answer);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Enqueue(
            new RecordedRequest(
                context.Request.Method,
                context.Request.Path,
                context.Request.QueryString.Value ?? "",
                context.Request.Headers.ToDictionary(
                    h => h.Key,
                    h => h.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                await reader.ReadToEndAsync(context.RequestAborted)
            )
        );
        if (!script.TryDequeue(out var answer))
            answer = Answers.Json(500, """{"error":{"message":"the stub has no further answer"}}""");
        try
        {
            await answer(context, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Abandoned.TrySetResult();
        }
    }
}
