using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>Anthropic's Messages API, version 2023-06-01.</summary>
internal sealed class AnthropicDialect : Dialect
{
    /// <summary>The API insists on a limit; this one holds when the caller gives none.</summary>
    private const int DefaultOutputTokens = 4096;

    public override string Path(WireRequest request) => "messages";

    public override void Authorize(HttpRequestHeaders headers, string? key)
    {
        headers.Add("anthropic-version", "2023-06-01");
        if (key is not null)
            headers.Add("x-api-key", key);
    }

    public override void WriteBody(Utf8JsonWriter json, WireRequest request)
    {
        json.WriteStartObject();
        json.WriteString("model", request.Model);
        json.WriteNumber("max_tokens", request.MaxOutputTokens ?? DefaultOutputTokens);
        if (request.Instructions is { } instructions)
            json.WriteString("system", instructions);
        json.WriteStartArray("messages");
        foreach (var turn in request.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role", turn.FromModel ? "assistant" : "user");
            json.WriteString("content", turn.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (request.Temperature is { } temperature)
            json.WriteNumber("temperature", temperature);
        // There is no mode for JSON of any shape: below a schema, only the instructions ask for it.
        if (request is { Output: StructuredOutput.JsonSchema, Schema: { } schema })
        {
            json.WriteStartObject("output_config");
            json.WriteStartObject("format");
            json.WriteString("type", "json_schema");
            json.WritePropertyName("schema");
            Schemas.WriteForAnthropic(json, schema);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        if (request.Streaming)
            json.WriteBoolean("stream", true);
        json.WriteEndObject();
    }

    public override void ReadReply(JsonElement body, WireReply reply)
    {
        ReadHead(body, reply);
        foreach (var block in body.Member("content").Items())
            if (block.Text("type") == "text")
                reply.Append(block.Text("text"));
        ReadUsage(body.Member("usage"), reply);
        ReadStop(body.Text("stop_reason"), reply);
        if (reply.Refusal is not null)
            MoveTextToRefusal(reply);
    }

    public override StreamError? ReadEvent(JsonElement data, WireReply reply)
    {
        switch (data.Text("type"))
        {
            case "message_start" when data.Member("message") is { } message:
                ReadHead(message, reply);
                ReadUsage(message.Member("usage"), reply);
                break;
            case "content_block_delta" when data.Member("delta") is { } delta && delta.Text("type") == "text_delta":
                reply.Append(delta.Text("text"));
                break;
            case "message_delta":
                ReadUsage(data.Member("usage"), reply);
                ReadStop(data.Member("delta").Text("stop_reason"), reply);
                break;
            case "message_stop":
                reply.Complete = reply.Closed = true;
                break;
            case "error":
                var error = data.Member("error");
                return new StreamError(error.Text("type"), error.Text("message"));
        }
        return null;
    }

    private static void ReadHead(JsonElement message, WireReply reply)
    {
        reply.Id ??= message.Text("id");
        reply.Model ??= message.Text("model");
    }

    private static void ReadUsage(JsonElement? usage, WireReply reply)
    {
        if (usage.Whole("input_tokens") is { } fresh)
        {
            reply.CachedTokens = usage.Whole("cache_read_input_tokens");
            reply.TokensIn = fresh + (reply.CachedTokens ?? 0) + (usage.Whole("cache_creation_input_tokens") ?? 0);
        }
        reply.TokensOut = usage.Whole("output_tokens") ?? reply.TokensOut;
    }

    private static void ReadStop(string? reason, WireReply reply)
    {
        switch (reason)
        {
            case null:
                break;
            case "refusal":
                reply.Refuse("");
                break;
            case "max_tokens" or "model_context_window_exceeded":
                reply.Finish = ChatFinishReason.Length;
                break;
            default:
                reply.Finish = ChatFinishReason.Stop;
                break;
        }
    }

    /// <summary>A refusing Claude says so in its text.</summary>
    private static void MoveTextToRefusal(WireReply reply) => reply.Refuse(reply.TakeText());
}
