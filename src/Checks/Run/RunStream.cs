using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heretix.Rpl.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heretix.Checks.Run;

/// <summary>The check has begun and goes on whoever leaves.</summary>
internal sealed record StartedEvent(
    Guid CheckId,
    string ExecutionId,
    string RunId,
    Guid RequestId,
    bool Mock,
    int Total
);

/// <summary>How far it is; the estimate is the trimmed centre over what is there, null without any.</summary>
internal sealed record ProgressEvent(int Done, int Total, int Valid, int Cached, double? Estimate);

/// <summary>It ended without a result.</summary>
internal sealed record ErrorEvent(Guid CheckId, string Error, int Status, string Detail);

/// <summary>
/// Shows a check as server-sent events: <c>started</c>, <c>progress</c> about ten times a second, then <c>result</c> or
/// <c>error</c>. A reader that leaves ends the stream and nothing else.
/// </summary>
internal sealed class RunStream(HttpContext context, CheckRun run, TimeSpan heartbeat, TimeProvider time) : IResult
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private int id;
    private long wrote;

    /// <summary>Whether the client asks for a stream.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await WatchAsync(context.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The reader has left.
        }
    }

    private async Task WatchAsync(CancellationToken left)
    {
        var row = run.Row;
        var started = new StartedEvent(row.Id, row.ExecutionId, row.RunId, row.RequestId, row.Mock, row.K * row.R);
        await SendAsync("started", started, ChecksJson.Wire.StartedEvent, left);
        MeasurementProgress? shown = null;
        while (!run.Outcome.IsCompleted)
        {
            await ShowAsync();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(left);
            await Task.WhenAny(run.Outcome, Task.Delay(Pace, time, enough.Token));
            await enough.CancelAsync();
            left.ThrowIfCancellationRequested();
        }
        await ShowAsync();
        await EndAsync(await run.Outcome, left);

        async Task ShowAsync()
        {
            if (run.Progress is { } progress && progress != shown)
            {
                shown = progress;
                var shows = new ProgressEvent(
                    progress.Done,
                    progress.Total,
                    progress.Valid,
                    progress.Cached,
                    progress.Estimate
                );
                await SendAsync("progress", shows, ChecksJson.Wire.ProgressEvent, left);
            }
            else if (time.GetElapsedTime(wrote) >= heartbeat)
            {
                await WriteAsync(": still here\n\n"u8.ToArray(), left);
            }
        }
    }

    private Task EndAsync(CheckOutcome outcome, CancellationToken left) =>
        outcome switch
        {
            CheckOutcome.Completed done => SendAsync(
                "result",
                new RunResponse(CheckBodies.Of(done.Row, done.Result), done.Usage),
                ChecksJson.Wire.RunResponse,
                left
            ),
            CheckOutcome.Failed failed => SendAsync(
                "error",
                new ErrorEvent(run.Row.Id, failed.Failure.Code, failed.Failure.Status, failed.Failure.Detail),
                ChecksJson.Wire.ErrorEvent,
                left
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private Task SendAsync<T>(string name, T value, JsonTypeInfo<T> type, CancellationToken left)
    {
        var json = JsonSerializer.Serialize(value, type);
        var text = FormattableString.Invariant($"event: {name}\ndata: {json}\nid: {id++}\n\n");
        return WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), left);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken left)
    {
        await context.Response.Body.WriteAsync(bytes, left);
        await context.Response.Body.FlushAsync(left);
        wrote = time.GetTimestamp();
    }
}
