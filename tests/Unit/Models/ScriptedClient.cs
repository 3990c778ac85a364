using System.Runtime.CompilerServices;
using Heretix.Models;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Unit.Models;

/// <summary>Answers or fails as told, one step per call; remembers the options it was called with.</summary>
internal sealed class ScriptedClient(params object[] steps) : IChatClient
{
    private int next;

    public List<ChatOptions?> Calls { get; } = [];

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Calls.Add(options);
        return steps[next++] is Exception failure
            ? Task.FromException<ChatResponse>(failure)
            : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, (string)steps[next - 1])));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        Calls.Add(options);
        await Task.Yield();
        while (next < steps.Length)
        {
            var step = steps[next++];
            if (step is Exception failure)
                throw failure;
            yield return new ChatResponseUpdate(ChatRole.Assistant, (string)step) { AdditionalProperties = [] };
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }

    public static ModelCallException Failure(ModelCallFailure kind, TimeSpan? retryAfter = null) =>
        new(Providers.OpenAI, kind, "scripted", retryAfter: retryAfter);
}
