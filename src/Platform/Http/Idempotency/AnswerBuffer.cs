using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>
/// Holds an answer back until it is kept, so that nobody gets one that a repetition would not. Streams of events and
/// answers beyond the limit go through as they are written, and are not kept. While it holds back, a caller who goes away
/// does not stop the endpoint: the repetition is to find the answer.
/// </summary>
internal sealed class AnswerBuffer : Stream, IHttpResponseBodyFeature
{
    private readonly HttpResponse response;
    private readonly IHttpResponseBodyFeature client;
    private readonly int limit;
    private readonly MemoryStream held = new();
    private readonly PipeWriter writer;
    private readonly CancellationToken clientGone;
    private readonly CancellationTokenSource aborted = new();
    private CancellationTokenRegistration watch;
    private bool passing;
    private bool detached;

    public AnswerBuffer(HttpContext context, int limit)
    {
        response = context.Response;
        client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        this.limit = limit;
        writer = PipeWriter.Create(this, new StreamPipeWriterOptions(leaveOpen: true));
        context.Features.Set<IHttpResponseBodyFeature>(this);
        clientGone = context.RequestAborted;
        context.RequestAborted = aborted.Token;
    }

    /// <summary>The whole answer; null when it went through unkept.</summary>
    public ReadOnlyMemory<byte>? Held =>
        // Without the cast null would become an empty memory.
        passing ? (ReadOnlyMemory<byte>?)null : held.GetBuffer().AsMemory(0, (int)held.Length);

    /// <summary>
    /// Whether the endpoint was at writing its answer: what fails from then on, fails after its effect. A result names its
    /// type before it writes; a stream of events does so before its room has done anything, and counts from the first event.
    /// </summary>
    public bool HasBegun =>
        passing || held.Length > 0 || (response.ContentType is { Length: > 0 } && !IsStreamOfEvents);

    /// <summary>Ends holding back: what the endpoint left unflushed is in, and the client's own body is back in its place.</summary>
    public async Task DetachAsync()
    {
        if (detached)
            return;
        await writer.CompleteAsync();
        detached = true;
        response.HttpContext.Features.Set(client);
        response.HttpContext.RequestAborted = clientGone;
        await watch.DisposeAsync();
    }

    /// <summary>Sends what was held back.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (Held is not { } body)
            return;
        if (response.StatusCode is not (204 or 205 or 304))
            response.ContentLength ??= body.Length;
        if (body.Length > 0)
            await client.Stream.WriteAsync(body, cancellationToken);
    }

    Stream IHttpResponseBodyFeature.Stream => this;
    PipeWriter IHttpResponseBodyFeature.Writer => writer;

    void IHttpResponseBodyFeature.DisableBuffering() => client.DisableBuffering();

    async Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken)
    {
        if (PassesThrough(0))
        {
            await PassAsync(cancellationToken);
            await client.StartAsync(cancellationToken);
        }
    }

    Task IHttpResponseBodyFeature.SendFileAsync(
        string path,
        long offset,
        long? count,
        CancellationToken cancellationToken
    ) => SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    async Task IHttpResponseBodyFeature.CompleteAsync()
    {
        await writer.CompleteAsync();
        if (passing)
            await client.CompleteAsync();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (PassesThrough(buffer.Length))
        {
            await PassAsync(cancellationToken);
            await client.Stream.WriteAsync(buffer, cancellationToken);
        }
        else
        {
            held.Write(buffer.Span);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        passing ? client.Stream.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("Answers are written asynchronously.");

    public override void Flush() { }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            aborted.Dispose();
            held.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>From here on the answer goes through, and its reader's leaving is the endpoint's business again.</summary>
    private async Task PassAsync(CancellationToken cancellationToken)
    {
        if (passing)
            return;
        passing = true;
        watch = clientGone.Register(aborted.Cancel);
        if (held.Length > 0)
            await client.Stream.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellationToken);
    }

    private bool PassesThrough(int coming) => passing || held.Length + coming > limit || IsStreamOfEvents;

    private bool IsStreamOfEvents =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
}
