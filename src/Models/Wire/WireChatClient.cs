using System.Buffers;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>
/// The one transport: posts what a dialect writes and reads what it understands. One call is one request, except that a
/// parameter which the server rejects is left out, at once and from then on.
/// </summary>
internal sealed class WireChatClient(
    ModelChoice choice,
    Dialect dialect,
    HttpClient http,
    string? key,
    TimeProvider clock,
    TimeSpan timeout,
    LearntAccommodations learnt
) : IChatClient
{
    private readonly Uri address = choice.BaseUrl ?? throw new ArgumentException("A client needs an address.");
    private readonly HttpFailures failures = new(choice.Provider, choice.BaseUrl!, key, clock);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var turns = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var accommodations = learnt.Known;
        while (true)
        {
            var request = WireRequest.From(turns, options, choice, accommodations, streaming: false);
            try
            {
                var started = clock.GetTimestamp();
                var reply = await AskAsync(request, options, cancellationToken).ConfigureAwait(false);
                learnt.Add(accommodations);
                return WireResponses.Whole(reply, request, clock.GetElapsedTime(started));
            }
            catch (ModelCallException e)
                when (Rejections.Learn(request, choice.Provider, e) is { } more && more != accommodations)
            {
                accommodations = more;
            }
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var turns = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var accommodations = learnt.Known;
        using var silence = new CancellationTokenSource(timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var started = clock.GetTimestamp();

        WireRequest request;
        HttpResponseMessage? response = null;
        while (true)
        {
            request = WireRequest.From(turns, options, choice, accommodations, streaming: true);
            try
            {
                silence.CancelAfter(timeout);
                var posted = request;
                response = await Guard(() => PostAsync(posted, options, stop.Token), false, cancellationToken)
                    .ConfigureAwait(false);
                break;
            }
            catch (ModelCallException e)
                when (Rejections.Learn(request, choice.Provider, e) is { } more && more != accommodations)
            {
                accommodations = more;
            }
        }
        learnt.Add(accommodations);

        using (response)
        {
            var reply = new WireReply();
            await using var events = EventsAsync(response, reply, stop.Token)
                .GetAsyncEnumerator(CancellationToken.None);
            while (true)
            {
                silence.CancelAfter(timeout);
                var delivered = reply.Length > 0;
                try
                {
                    if (
                        !await Guard(() => events.MoveNextAsync().AsTask(), delivered, cancellationToken)
                            .ConfigureAwait(false)
                    )
                        break;
                }
                catch (ModelCallException e) when (reply.Complete && e.Kind == ModelCallFailure.Interrupted)
                {
                    break;
                }
                if (reply.Pending.Length > 0)
                    yield return WireResponses.Piece(reply);
                if (reply.Closed)
                    break;
            }
            if (!reply.Complete)
                throw failures.CutShort(reply.Length > 0);
            yield return WireResponses.Last(reply, request, clock.GetElapsedTime(started));
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata)
            ? new ChatClientMetadata(choice.Provider, choice.BaseUrl, choice.ApiModel)
        : serviceType == typeof(ModelChoice) ? choice
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose() { }

    private async Task<WireReply> AskAsync(
        WireRequest request,
        ChatOptions? options,
        CancellationToken cancellationToken
    )
    {
        using var silence = new CancellationTokenSource(timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        return await Guard(
                async () =>
                {
                    using var response = await PostAsync(request, options, stop.Token).ConfigureAwait(false);
                    return await ReadWholeAsync(response, new WireReply(), stop.Token).ConfigureAwait(false);
                },
                false,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> PostAsync(WireRequest request, ChatOptions? options, CancellationToken stop)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(body))
            dialect.WriteBody(json, request);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, dialect.Path(request)))
        {
            Content = new ReadOnlyMemoryContent(body.WrittenMemory)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        message.Headers.Accept.ParseAdd(request.Streaming ? "text/event-stream" : "application/json");
        if (SampleIdentity.IdempotencyKey(options) is { } idempotencyKey)
            message.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        dialect.Authorize(message.Headers, key);

        var completion = request.Streaming
            ? HttpCompletionOption.ResponseHeadersRead
            : HttpCompletionOption.ResponseContentRead;
        var response = await http.SendAsync(message, completion, stop).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await failures.FromAsync(response, stop).ConfigureAwait(false);
    }

    private async Task<WireReply> ReadWholeAsync(HttpResponseMessage response, WireReply reply, CancellationToken stop)
    {
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using var document = await JsonDocument.ParseAsync(stream, default, stop).ConfigureAwait(false);
        var root = document.RootElement;
        if (root.Member("error") is { ValueKind: JsonValueKind.Object } error)
            throw failures.FromReport(error.Text("code") ?? error.Text("type"), error.Text("message"), false);
        dialect.ReadReply(root, reply);
        reply.Complete = reply.Closed = true;
        return reply;
    }

    /// <summary>Feeds the reply, event by event. A server that cannot stream answers whole, as one event.</summary>
    private async IAsyncEnumerable<bool> EventsAsync(
        HttpResponseMessage response,
        WireReply reply,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            await ReadWholeAsync(response, reply, stop).ConfigureAwait(false);
            yield return true;
            yield break;
        }
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var parser = SseParser.Create(stream, static (_, bytes) => Parse(bytes));
        await foreach (var item in parser.EnumerateAsync(stop).ConfigureAwait(false))
        {
            if (item.Data is not { } data)
                reply.Closed = true;
            else if (dialect.ReadEvent(data, reply) is { } error)
                throw failures.FromReport(error.Code, error.Message, reply.Length > 0);
            yield return true;
        }
    }

    private static JsonElement? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual("[DONE]"u8))
            return null;
        var reader = new Utf8JsonReader(bytes);
        return JsonElement.ParseValue(ref reader);
    }

    private async Task<T> Guard<T>(Func<Task<T>> step, bool delivered, CancellationToken cancellationToken)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.TimedOut(timeout, delivered);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw failures.From(e, delivered);
        }
    }
}
