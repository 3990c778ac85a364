using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>What the wire said, in the terms of <see cref="IChatClient"/>.</summary>
internal static class WireResponses
{
    public static ChatResponse Whole(WireReply reply, WireRequest request, TimeSpan latency) =>
        new(new ChatMessage(ChatRole.Assistant, Contents(reply)))
        {
            ResponseId = reply.Id,
            ModelId = reply.Model ?? request.Model,
            FinishReason = reply.Finish,
            Usage = Usage(reply, request),
            AdditionalProperties = Properties(reply, request, latency),
        };

    public static ChatResponseUpdate Piece(WireReply reply) =>
        new(ChatRole.Assistant, reply.TakeText()) { ResponseId = reply.Id, ModelId = reply.Model };

    public static ChatResponseUpdate Last(WireReply reply, WireRequest request, TimeSpan latency) =>
        new(ChatRole.Assistant, [.. Contents(reply), new UsageContent(Usage(reply, request))])
        {
            ResponseId = reply.Id,
            ModelId = reply.Model ?? request.Model,
            FinishReason = reply.Finish,
            AdditionalProperties = Properties(reply, request, latency),
        };

    private static List<AIContent> Contents(WireReply reply)
    {
        var contents = new List<AIContent>(2);
        if (reply.TakeText() is { Length: > 0 } text)
            contents.Add(new TextContent(text));
        if (reply.Refusal is { } refusal)
            contents.Add(new ErrorContent(refusal) { ErrorCode = ModelReply.RefusalCode });
        return contents;
    }

    private static UsageDetails Usage(WireReply reply, WireRequest request)
    {
        var input = reply.TokensIn ?? TokenEstimate.FromLength(request.InputLength);
        var output = reply.TokensOut ?? TokenEstimate.FromLength(reply.Length);
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = input + output,
            ReasoningTokenCount = reply.ReasoningTokens,
            CachedInputTokenCount = reply.CachedTokens,
        };
    }

    private static AdditionalPropertiesDictionary Properties(WireReply reply, WireRequest request, TimeSpan latency)
    {
        var properties = new AdditionalPropertiesDictionary
        {
            [ModelReply.LatencyKey] = (long)latency.TotalMilliseconds,
            [ModelReply.AttemptsKey] = 1,
            [ModelReply.StructuredOutputKey] = request.Output switch
            {
                StructuredOutput.JsonSchema => "json_schema",
                StructuredOutput.JsonObject => "json_object",
                _ => "none",
            },
        };
        if (reply.TokensIn is null || reply.TokensOut is null)
            properties[ModelReply.UsageEstimatedKey] = true;
        return properties;
    }
}
