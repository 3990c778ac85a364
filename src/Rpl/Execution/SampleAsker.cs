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
        SampleIdentity.Set(options, request.Claim, item.Replicate, attempt, $"{item.CacheKey}-{attempt}");
        var started = time.GetTimestamp();
        var response = await client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, item.Prompt.User)],
            options,
            cancellationToken
        );
        var latency = time.GetElapsedTime(started).TotalMilliseconds;

        var declined = response.FinishReason == ChatFinishReason.ContentFilter;
        var answer = BeliefReader.Read(response.Text, declined, response.FinishReason == ChatFinishReason.Length);
        var tokensIn = response.Usage?.InputTokenCount ?? PriceEstimate.Usual(item.Prompt.Length);
        var tokensOut = response.Usage?.OutputTokenCount ?? PriceEstimate.Usual(response.Text.Length);
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
            RawText = response.Text,
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
}
