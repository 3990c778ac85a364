using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>Google's Gemini API. The key travels in a header, never in the address.</summary>
internal sealed class GeminiDialect : Dialect
{
    private const int DefaultOutputTokens = 1024;
    private const int ThinkingOutputTokens = 4000;

    public override string Path(WireRequest request) =>
        $"models/{Uri.EscapeDataString(request.Model)}:"
        + (request.Streaming ? "streamGenerateContent?alt=sse" : "generateContent");

    public override void Authorize(HttpRequestHeaders headers, string? key)
    {
        if (key is not null)
            headers.Add("x-goog-api-key", key);
    }

    public override void WriteBody(Utf8JsonWriter json, WireRequest request)
    {
        json.WriteStartObject();
        if (request.Instructions is { } instructions)
        {
            json.WriteStartObject("systemInstruction");
            WriteParts(json, instructions);
            json.WriteEndObject();
        }
        json.WriteStartArray("contents");
        foreach (var turn in request.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role", turn.FromModel ? "model" : "user");
            WriteParts(json, turn.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("generationConfig");
        json.WriteNumber("maxOutputTokens", OutputTokens(request.Model, request.MaxOutputTokens));
        if (request.Temperature is { } temperature)
            json.WriteNumber("temperature", temperature);
        if (request.Seed is { } seed)
            json.WriteNumber("seed", seed);
        if (request.Output != StructuredOutput.None)
            json.WriteString("responseMimeType", "application/json");
        if (request is { Output: StructuredOutput.JsonSchema, Schema: { } schema })
        {
            json.WritePropertyName("responseJsonSchema");
            schema.WriteTo(json);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void ReadReply(JsonElement body, WireReply reply) => Read(body, reply);

    public override StreamError? ReadEvent(JsonElement data, WireReply reply)
    {
        if (data.Member("error") is { } error)
            return new StreamError(error.Text("status"), error.Text("message"));
        Read(data, reply);
        return null;
    }

    /// <summary>
    /// 1024 when none is asked for, at least 4000 for 2.5 Pro, whose thinking counts against the limit.
    /// </summary>
    internal static int OutputTokens(string model, int? wanted)
    {
        var asked = wanted is > 0 and { } max ? max : DefaultOutputTokens;
        return model.Contains("gemini-2.5-pro", StringComparison.OrdinalIgnoreCase)
            ? Math.Max(asked, ThinkingOutputTokens)
            : asked;
    }

    private static void Read(JsonElement body, WireReply reply)
    {
        reply.Id ??= body.Text("responseId");
        reply.Model ??= body.Text("modelVersion");
        var candidate = body.Member("candidates").Items().FirstOrDefault();
        foreach (var part in candidate.Member("content").Member("parts").Items())
            if (part.Member("thought") is not { ValueKind: JsonValueKind.True })
                reply.Append(part.Text("text"));

        if (body.Member("promptFeedback").Text("blockReason") is { } blocked)
            Refuse(reply, blocked);
        else if (candidate.Text("finishReason") is { } finish)
            ReadFinish(finish, candidate.Text("finishMessage"), reply);

        if (body.Member("usageMetadata") is not { } usage)
            return;
        JsonElement? counts = usage;
        reply.TokensIn = counts.Whole("promptTokenCount");
        reply.ReasoningTokens = counts.Whole("thoughtsTokenCount");
        reply.CachedTokens = counts.Whole("cachedContentTokenCount");
        // Thinking is billed as output but counted apart.
        reply.TokensOut = counts.Whole("candidatesTokenCount") is { } answer
            ? answer + (reply.ReasoningTokens ?? 0)
            : counts.Whole("totalTokenCount") - (reply.TokensIn ?? 0);
    }

    private static void ReadFinish(string finish, string? message, WireReply reply)
    {
        reply.Complete = true;
        switch (finish)
        {
            case "STOP":
                reply.Finish = ChatFinishReason.Stop;
                break;
            case "MAX_TOKENS":
                reply.Finish = ChatFinishReason.Length;
                break;
            case "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "LANGUAGE":
                Refuse(reply, message ?? finish);
                break;
            default:
                reply.Finish = new ChatFinishReason(finish.ToLowerInvariant());
                break;
        }
    }

    private static void Refuse(WireReply reply, string reason)
    {
        reply.Complete = true;
        reply.Refuse($"Blocked by the provider: {reason}");
    }

    private static void WriteParts(Utf8JsonWriter json, string text)
    {
        json.WriteStartArray("parts");
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
