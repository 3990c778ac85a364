using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>OpenAI's chat completions, as spoken by xAI and by most servers that people run themselves.</summary>
/// <param name="completionTokens">Whether the output limit is called by its newer name from the start.</param>
internal sealed class ChatCompletionsDialect(bool completionTokens) : Dialect
{
    public override string Path(WireRequest request) => "chat/completions";

    public override void Authorize(HttpRequestHeaders headers, string? key)
    {
        if (key is not null)
            headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public override void WriteBody(Utf8JsonWriter json, WireRequest request)
    {
        json.WriteStartObject();
        json.WriteString("model", request.Model);
        json.WriteStartArray("messages");
        if (request.Instructions is { } instructions)
            WriteMessage(json, "system", instructions);
        foreach (var turn in request.Turns)
            WriteMessage(json, turn.FromModel ? "assistant" : "user", turn.Text);
        json.WriteEndArray();
        if (request.MaxOutputTokens is { } max)
        {
            var newer = completionTokens || request.Accommodations.HasFlag(Accommodations.CompletionTokens);
            json.WriteNumber(newer ? "max_completion_tokens" : "max_tokens", max);
        }
        if (request.Temperature is { } temperature)
            json.WriteNumber("temperature", temperature);
        if (request.Seed is { } seed)
            json.WriteNumber("seed", seed);
        if (request.ReasoningEffort is { } effort)
            json.WriteString("reasoning_effort", effort);
        WriteFormat(json, request);
        if (request.Streaming)
        {
            json.WriteBoolean("stream", true);
            if (!request.Accommodations.HasFlag(Accommodations.NoStreamUsage))
            {
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    public override void ReadReply(JsonElement body, WireReply reply)
    {
        ReadHead(body, reply);
        var choice = body.Member("choices").Items().FirstOrDefault();
        var message = choice.Member("message");
        ReadContent(message, reply);
        ReadFinish(choice, reply);
    }

    public override StreamError? ReadEvent(JsonElement data, WireReply reply)
    {
        if (data.Member("error") is { } error)
            return new StreamError(error.Text("code") ?? error.Text("type"), error.Text("message"));
        ReadHead(data, reply);
        foreach (var choice in data.Member("choices").Items())
        {
            ReadContent(choice.Member("delta"), reply);
            if (choice.Text("finish_reason") is not null)
            {
                ReadFinish(choice, reply);
                reply.Complete = true;
            }
        }
        return null;
    }

    private static void ReadHead(JsonElement body, WireReply reply)
    {
        reply.Id ??= body.Text("id");
        reply.Model ??= body.Text("model");
        if (body.Member("usage") is not { } usage)
            return;
        JsonElement? counts = usage;
        reply.TokensIn = counts.Whole("prompt_tokens") ?? counts.Whole("input_tokens");
        reply.TokensOut = counts.Whole("completion_tokens") ?? counts.Whole("output_tokens");
        reply.ReasoningTokens = counts.Member("completion_tokens_details").Whole("reasoning_tokens");
        reply.CachedTokens = counts.Member("prompt_tokens_details").Whole("cached_tokens");
        // xAI bills the tokens of thought but leaves them out of completion_tokens; the total has them.
        if (counts.Whole("total_tokens") is { } total && reply.TokensIn is { } input && total - input > reply.TokensOut)
            reply.TokensOut = total - input;
    }

    private static void ReadContent(JsonElement? message, WireReply reply)
    {
        if (message.Member("content") is { ValueKind: JsonValueKind.Array } parts)
            foreach (var part in ((JsonElement?)parts).Items())
                reply.Append(part.Text("text"));
        else
            reply.Append(message.Text("content"));
        if (message.Text("refusal") is { Length: > 0 } refusal)
            reply.Refuse(refusal);
    }

    private static void ReadFinish(JsonElement choice, WireReply reply)
    {
        if (reply.Refusal is not null)
            return;
        switch (choice.Text("finish_reason"))
        {
            case "content_filter":
                reply.Refuse("");
                break;
            case "length":
                reply.Finish = ChatFinishReason.Length;
                break;
            case null:
                break;
            default:
                reply.Finish = ChatFinishReason.Stop;
                break;
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, WireRequest request)
    {
        if (request.Output == StructuredOutput.None)
            return;
        json.WriteStartObject("response_format");
        if (request is { Output: StructuredOutput.JsonSchema, Schema: { } schema })
        {
            json.WriteString("type", "json_schema");
            json.WriteStartObject("json_schema");
            json.WriteString("name", request.SchemaName);
            json.WriteBoolean("strict", Schemas.IsStrict(schema));
            json.WritePropertyName("schema");
            schema.WriteTo(json);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("type", "json_object");
        }
        json.WriteEndObject();
    }
}
