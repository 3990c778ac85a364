using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>One turn of a conversation; <paramref name="FromModel"/> tells whose.</summary>
internal readonly record struct Turn(bool FromModel, string Text);

/// <summary>A request as every dialect sees it, after limits, abilities and what the server has rejected before.</summary>
internal sealed record WireRequest(
    string Model,
    string? Instructions,
    IReadOnlyList<Turn> Turns,
    int? MaxOutputTokens,
    float? Temperature,
    long? Seed,
    string? ReasoningEffort,
    StructuredOutput Output,
    JsonElement? Schema,
    string SchemaName,
    bool Streaming,
    Accommodations Accommodations
)
{
    /// <summary>Characters of everything the model reads, for estimates.</summary>
    public long InputLength => (Instructions?.Length ?? 0) + Turns.Sum(t => (long)t.Text.Length);

    /// <summary>
    /// Translates a request. Sampling parameters that the model does not take are left out, the output limit is
    /// capped, and a JSON format that cannot be sent natively becomes a sentence in the instructions, unless these
    /// speak of JSON already.
    /// </summary>
    public static WireRequest From(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options,
        ModelChoice choice,
        Accommodations accommodations,
        bool streaming
    )
    {
        var instructions = new StringBuilder(options?.Instructions);
        var turns = new List<Turn>();
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System)
                instructions.Append(instructions.Length > 0 ? "\n\n" : "").Append(message.Text);
            else
                turns.Add(new Turn(message.Role == ChatRole.Assistant, message.Text));
        }
        if (turns.Count == 0)
            throw new ArgumentException("A request needs at least one message from the user.", nameof(messages));

        var card = choice.Capabilities;
        var wanted = options?.ResponseFormat as ChatResponseFormatJson;
        var output = wanted is null ? StructuredOutput.None : Firmest(card, wanted, accommodations);
        if (wanted is not null && output != StructuredOutput.JsonSchema)
            AskForJson(instructions, wanted);

        var reasons = card.Reasons(choice.ApiModel);
        return new WireRequest(
            choice.ApiModel,
            instructions.Length > 0 ? instructions.ToString() : null,
            turns,
            options?.MaxOutputTokens is { } max ? Math.Min(max, card.MaxOutputTokens) : null,
            reasons || accommodations.HasFlag(Accommodations.NoTemperature) ? null : options?.Temperature,
            card.SupportsSeed && !accommodations.HasFlag(Accommodations.NoSeed) ? options?.Seed : null,
            reasons && !accommodations.HasFlag(Accommodations.NoReasoning) ? Effort(options, card) : null,
            output,
            wanted?.Schema,
            wanted?.SchemaName ?? "reply",
            streaming,
            accommodations
        );
    }

    /// <summary>The caller's wish in the words of the API, otherwise what the capability file says.</summary>
    private static string? Effort(ChatOptions? options, ProviderCapabilities card) =>
        options?.Reasoning?.Effort switch
        {
            Microsoft.Extensions.AI.ReasoningEffort.Low => "low",
            Microsoft.Extensions.AI.ReasoningEffort.Medium => "medium",
            Microsoft.Extensions.AI.ReasoningEffort.High => "high",
            Microsoft.Extensions.AI.ReasoningEffort.ExtraHigh => "xhigh",
            _ => card.ReasoningEffort,
        };

    private static StructuredOutput Firmest(
        ProviderCapabilities card,
        ChatResponseFormatJson wanted,
        Accommodations accommodations
    )
    {
        var mode = card.StructuredOutput;
        if (mode == StructuredOutput.JsonSchema && wanted.Schema is null)
            mode = StructuredOutput.JsonObject;
        if (mode == StructuredOutput.JsonSchema && accommodations.HasFlag(Accommodations.NoSchema))
            mode = StructuredOutput.JsonObject;
        return accommodations.HasFlag(Accommodations.NoJsonMode) ? StructuredOutput.None : mode;
    }

    private static void AskForJson(StringBuilder instructions, ChatResponseFormatJson wanted)
    {
        if (instructions.ToString().Contains("JSON", StringComparison.OrdinalIgnoreCase))
            return;
        instructions
            .Append(instructions.Length > 0 ? "\n\n" : "")
            .Append("Answer with one JSON object and nothing else.");
        if (wanted.Schema is { } schema)
            instructions.Append(" It must match this JSON Schema:\n").Append(schema.GetRawText());
    }
}
