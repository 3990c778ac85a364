using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>Waits for its turn before each request, and corrects the estimate by what the provider counted.</summary>
internal sealed class PacedChatClient(IChatClient inner, RequestPace pace) : DelegatingChatClient(inner)
{
    /// <summary>What an answer is taken to need when no output limit is given.</summary>
    private const long TypicalOutput = 512;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var turns = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var estimate = Estimate(turns, options);
        await pace.EnterAsync(estimate, cancellationToken).ConfigureAwait(false);
        var response = await base.GetResponseAsync(turns, options, cancellationToken).ConfigureAwait(false);
        pace.Settle(estimate, response.Usage?.TotalTokenCount ?? estimate);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var turns = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var estimate = Estimate(turns, options);
        await pace.EnterAsync(estimate, cancellationToken).ConfigureAwait(false);
        await foreach (
            var update in base.GetStreamingResponseAsync(turns, options, cancellationToken).ConfigureAwait(false)
        )
        {
            foreach (var content in update.Contents)
                if (content is UsageContent usage)
                    pace.Settle(estimate, usage.Details.TotalTokenCount ?? estimate);
            yield return update;
        }
    }

    private static long Estimate(IReadOnlyList<ChatMessage> turns, ChatOptions? options)
    {
        var length = (long)(options?.Instructions?.Length ?? 0);
        foreach (var turn in turns)
            length += turn.Text.Length;
        var output = options?.MaxOutputTokens is { } max ? Math.Min(max, TypicalOutput) : TypicalOutput;
        return TokenEstimate.FromLength(length) + output;
    }
}
