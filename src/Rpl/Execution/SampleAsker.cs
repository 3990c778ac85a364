using Heretix.Estimation;
using Heretix.Models;
using Heretix.Rpl.Answers;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Storage;
using Microsoft.Extensions.AI;

namespace Heretix.Rpl.Execution;

/// <summary>Asks the model one question once and reads the reply.</summary>
internal sealed class SampleAsker(IChatClient client, MeasurementRequest request, ModelChoice model, TimeProvider time)
{
    private static readonly ChatFinishReason Unreadable = new("unreadable");

    private static readonly ChatResponseFormat Format = ChatResponseFormat.ForJsonSchema(
        BeliefSchema.Schema,
        BeliefSchema.Name
    );

    /// <summary>One call; tokens and cost of <paramref name="earlier"/> invalid attempts are carried on.</summary>
    public async Task<Sample> AskAsync(
        WorkItem item,
        Sample? earlier,
        string executionId,
        CancellationToken cancellationToken
    )
    {
        var attempt = (earlier?.Attempts ?? 0) + 1;
        var options = new ChatOptions
        {
            Instructions = item.Prompt.Instructions,
            MaxOutputTokens = request.MaxOutputTokens,
            ResponseFormat = Format,
            Temperature = (float?)model.Capabilities.DefaultTemperature,
        };
        SampleIdentity.Set(options, request.Claim, item.Replicate, attempt, $"{item.CacheKey}-{executionId}-{attempt}");
        var started = time.GetTimestamp();
        var response = await AnswerAsync(item, options, cancellationToken);
        var latency = time.GetElapsedTime(started).TotalMilliseconds;

        var declined = response.FinishReason == ChatFinishReason.ContentFilter;
        var truncated = response.FinishReason == ChatFinishReason.Length;
        var answer =
            response.FinishReason == Unreadable
                ? new BeliefAnswer(null, false, false, ["unreadable_reply"], [])
                : BeliefReader.Read(response.Text, declined, truncated);
        var tokensIn = response.Usage?.InputTokenCount ?? TokenEstimate.FromLength(item.Prompt.Length);
        var tokensOut = response.Usage?.OutputTokenCount ?? TokenEstimate.FromLength(response.Text.Length);
        var usable = answer.Probability is >= 0 and <= 1 ? answer.Probability : null;
        return new Sample
        {
            CacheKey = item.CacheKey,
            ExecutionId = executionId,
            PromptSha256 = item.Prompt.Sha256,
            ParaphraseIndex = item.Prompt.TemplateIndex,
            ReplicateIndex = item.Replicate,
            ProbTrue = usable,
            LogOdds = usable is { } p ? LogOdds.FromProbability(p) : null,
            Valid = answer.Valid,
            Refused = answer.Refused,
            Warnings = answer.Warnings,
            RawText = response.Refusal() ?? response.Text,
            ProviderModelId = response.ModelId,
            ResponseId = response.ResponseId,
            CreatedAt = time.GetUtcNow(),
            Attempts = attempt,
            TokensIn = tokensIn + (earlier?.TokensIn ?? 0),
            TokensOut = tokensOut + (earlier?.TokensOut ?? 0),
            CostUsd = (model.Price?.Cost(tokensIn, tokensOut) ?? 0) + (earlier?.CostUsd ?? 0),
            LatencyMs = latency,
        };
    }

    /// <summary>A reply that breaks the provider's own API may have been paid for: it is an answer that does not count.</summary>
    private async Task<ChatResponse> AnswerAsync(
        WorkItem item,
        ChatOptions options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var question = new ChatMessage(ChatRole.User, item.Prompt.User);
            return await client.GetResponseAsync([question], options, cancellationToken);
        }
        catch (ModelCallException failure)
            when (failure.Kind is ModelCallFailure.UnreadableReply or ModelCallFailure.Interrupted)
        {
            return new ChatResponse { FinishReason = Unreadable };
        }
    }
}
