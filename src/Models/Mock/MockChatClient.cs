using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>
/// Answers without a provider, the same to the same request, spread as a real model's answers are, and labelled as a
/// mock in the model's id, the response's id, its properties and its words.
/// </summary>
internal sealed class MockChatClient(ModelChoice choice, MockBehaviour behaviour, TimeProvider clock) : IChatClient
{
    private const int SlowFactor = 10;
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(20);
    private int calls;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var answer = Prepare(messages, options);
        await WaitAsync(answer.Latency, cancellationToken).ConfigureAwait(false);
        Fail(answer, delivered: false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, [answer.Content]))
        {
            ResponseId = answer.Id,
            ModelId = ModelId,
            FinishReason = answer.Finish,
            Usage = answer.Usage,
            AdditionalProperties = Properties(answer),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var answer = Prepare(messages, options);
        await WaitAsync(answer.Latency, cancellationToken).ConfigureAwait(false);
        if (answer.Failure != MockFailure.Dying)
            Fail(answer, delivered: false);

        var sent = 0;
        var last = new List<AIContent>();
        if (answer.Content is TextContent { Text: var text })
            foreach (var piece in MockText.Pieces(text))
            {
                if (sent > 0)
                    await WaitAsync(behaviour.TokenDelay, cancellationToken).ConfigureAwait(false);
                if (answer.Failure == MockFailure.Dying && sent >= text.Length / 2)
                    Fail(answer, delivered: sent > 0);
                sent += piece.Length;
                yield return new ChatResponseUpdate(ChatRole.Assistant, piece)
                {
                    ResponseId = answer.Id,
                    ModelId = ModelId,
                };
            }
        else
            last.Add(answer.Content);

        Fail(answer, delivered: sent > 0);
        last.Add(new UsageContent(answer.Usage));
        yield return new ChatResponseUpdate(ChatRole.Assistant, last)
        {
            ResponseId = answer.Id,
            ModelId = ModelId,
            FinishReason = answer.Finish,
            AdditionalProperties = Properties(answer),
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata)
            ? new ChatClientMetadata(choice.Provider, choice.BaseUrl, choice.ApiModel)
        : serviceType == typeof(ModelChoice) ? choice
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose() { }

    private string ModelId => choice.ApiModel + "-MOCK";

    private Answer Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var prompt = new StringBuilder(options?.Instructions);
        var last = "";
        foreach (var message in messages)
        {
            last = message.Text;
            prompt.Append('\n').Append(last);
        }
        var whole = prompt.ToString();
        var sample = MockSample.Of(choice.ApiModel, whole, options);
        var failure =
            behaviour.DieAfter is { } limit && Interlocked.Increment(ref calls) > limit
                ? MockFailure.Dying
                : sample.Failure(behaviour, SampleIdentity.Attempt(options), SampleIdentity.Retry(options));

        var text = Text(sample, whole, last, options?.ResponseFormat as ChatResponseFormatJson);
        AIContent content = failure switch
        {
            MockFailure.Malformed => new TextContent(text[..(text.Length * 2 / 3)]),
            MockFailure.Refusal => new ErrorContent("Mock: I will not answer that.")
            {
                ErrorCode = ModelReply.RefusalCode,
            },
            _ => new TextContent(text),
        };
        var input = TokenEstimate.FromLength(whole.Length);
        var output = TokenEstimate.FromLength(content is TextContent said ? said.Text.Length : 0);
        return new Answer(
            sample.ResponseId,
            content,
            failure,
            failure == MockFailure.Refusal ? ChatFinishReason.ContentFilter : ChatFinishReason.Stop,
            failure == MockFailure.Slow ? behaviour.Latency * SlowFactor : behaviour.Latency,
            new UsageDetails
            {
                InputTokenCount = input,
                OutputTokenCount = output,
                TotalTokenCount = input + output,
            }
        );
    }

    private string Text(MockSample sample, string prompt, string last, ChatResponseFormatJson? format)
    {
        if (format?.Schema is { } schema)
            return schema.Member("properties").Member("belief") is null
                ? MockSchema.Instance(schema)
                : MockText.Belief(sample);
        return prompt.Contains("prob_true", StringComparison.Ordinal)
            ? MockText.Belief(sample)
            : MockText.Echo(choice.ApiModel, last);
    }

    private void Fail(Answer answer, bool delivered)
    {
        if (answer.Failure == MockFailure.RateLimited)
            throw new ModelCallException(
                choice.Provider,
                ModelCallFailure.RateLimited,
                "The mock plays a rate limit (429).",
                429,
                ShortWait
            );
        if (answer.Failure == MockFailure.Dying)
            throw new ModelCallException(
                choice.Provider,
                delivered ? ModelCallFailure.Interrupted : ModelCallFailure.Network,
                "The mock plays a lost connection.",
                retryAfter: ShortWait
            );
    }

    private ValueTask WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return time > TimeSpan.Zero ? new ValueTask(Task.Delay(time, clock, cancellationToken)) : default;
    }

    private static AdditionalPropertiesDictionary Properties(Answer answer) =>
        new()
        {
            [ModelReply.MockKey] = true,
            [ModelReply.UsageEstimatedKey] = true,
            [ModelReply.LatencyKey] = (long)answer.Latency.TotalMilliseconds,
            [ModelReply.AttemptsKey] = 1,
        };

    private sealed record Answer(
        string Id,
        AIContent Content,
        MockFailure Failure,
        ChatFinishReason Finish,
        TimeSpan Latency,
        UsageDetails Usage
    );
}
