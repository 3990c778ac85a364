using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>
/// What the clients add to a response. A refusal is an answer, not a failure: its finish reason is
/// <see cref="ChatFinishReason.ContentFilter"/>, and the provider's words are an <see cref="ErrorContent"/> with the
/// code <see cref="RefusalCode"/>, so <see cref="ChatResponse.Text"/> does not contain them.
/// </summary>
public static class ModelReply
{
    /// <summary>Error code of the content that holds a refusal.</summary>
    public const string RefusalCode = "refusal";

    /// <summary>Property: milliseconds of the answered attempt, a long.</summary>
    public const string LatencyKey = "latency_ms";

    /// <summary>Property: requests made for this answer, an int.</summary>
    public const string AttemptsKey = "attempts";

    /// <summary>Property: true when the provider counted no tokens and the usage is an estimate.</summary>
    public const string UsageEstimatedKey = "usage_estimated";

    /// <summary>Property: true when the offline mock answered.</summary>
    public const string MockKey = "mock";

    /// <summary>Property: the mode that was asked for in the answered request: json_schema, json_object or none.</summary>
    public const string StructuredOutputKey = "structured_output";

    /// <summary>The provider's words of refusal (empty when it gave none), or null when it did not refuse.</summary>
    /// <param name="response">A response of one of the clients.</param>
    public static string? Refusal(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        foreach (var message in response.Messages)
        foreach (var content in message.Contents)
            if (content is ErrorContent { ErrorCode: RefusalCode } refusal)
                return refusal.Message;
        return response.FinishReason == ChatFinishReason.ContentFilter ? "" : null;
    }

    /// <summary>Milliseconds of the answered attempt, 0 when unknown.</summary>
    /// <param name="response">A response of one of the clients.</param>
    public static long LatencyMs(this ChatResponse response) => Read<long>(response, LatencyKey);

    /// <summary>Requests made for this answer, at least 1.</summary>
    /// <param name="response">A response of one of the clients.</param>
    public static int Attempts(this ChatResponse response) => Math.Max(1, Read<int>(response, AttemptsKey));

    /// <summary>Whether the token counts are estimates.</summary>
    /// <param name="response">A response of one of the clients.</param>
    public static bool UsageEstimated(this ChatResponse response) => Read<bool>(response, UsageEstimatedKey);

    /// <summary>Whether the offline mock answered.</summary>
    /// <param name="response">A response of one of the clients.</param>
    public static bool IsMock(this ChatResponse response) => Read<bool>(response, MockKey);

    private static T? Read<T>(ChatResponse response, string key)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties is { } p && p.TryGetValue(key, out var value) && value is T typed
            ? typed
            : default;
    }
}
