using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>OpenAI's Responses API.</summary>
internal sealed class ResponsesDialect : Dialect
{
    public override string Path(WireRequest request) => "responses";

    public override void Authorize(HttpRequestHeaders headers, string? key) =>
        headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

    public override void WriteBody(Utf8JsonWriter json, WireRequest request)
    {
        json.WriteStartObject();
        json.WriteString("model", request.Model);
        if (request.Instructions is { } instructions)
            json.WriteString("instructions", instructions);
        json.WriteStartArray("input");
        foreach (var turn in request.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role", turn.FromModel ? "assistant" : "user");
            json.WriteStartArray("content");
            json.WriteStartObject();
            json.WriteString("type", turn.FromModel ? "output_text" : "input_text");
            json.WriteString("text", turn.Text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (request.MaxOutputTokens is { } max)
            json.WriteNumber("max_output_tokens", max);
        if (request.Temperature is { } temperature)
            json.WriteNumber("temperature", temperature);
        if (request.ReasoningEffort is { } effort)
        {
            json.WriteStartObject("reasoning");
            json.WriteString("effort", effort);
            json.WriteEndObject();
        }
        WriteFormat(json, request);
        // Nothing is to be kept on the provider's side: each request carries all it needs.
        json.WriteBoolean("store", false);
        if (request.Streaming)
            json.WriteBoolean("stream", true);
        json.WriteEndObject();
    }

    public override void ReadReply(JsonElement body, WireReply reply)
    {
        foreach (var item in body.Member("output").Items())
        {
            if (item.Text("type") != "message")
                continue;
            foreach (var part in item.Member("content").Items())
            {
                if (part.Text("type") == "refusal")
                    reply.Refuse(part.Text("refusal"));
                else
                    reply.Append(part.Text("text"));
            }
        }
        ReadEnd(body, reply);
    }

    public override StreamError? ReadEvent(JsonElement data, WireReply reply)
    {
        switch (data.Text("type"))
        {
            case "response.created":
                ReadHead(data.Member("response"), reply);
                break;
            case "response.output_text.delta":
                reply.Append(data.Text("delta"));
                break;
            case "response.refusal.delta":
                reply.Refuse(data.Text("delta"));
                break;
            case "response.completed" or "response.incomplete" when data.Member("response") is { } response:
                ReadEnd(response, reply);
                reply.Complete = reply.Closed = true;
                break;
            case "response.failed":
                var failure = data.Member("response").Member("error");
                return new StreamError(failure.Text("code"), failure.Text("message"));
            case "error":
                var error = data.Member("error") ?? data;
                return new StreamError(error.Text("code") ?? error.Text("type"), error.Text("message"));
        }
        return null;
    }

    private static void ReadHead(JsonElement? response, WireReply reply)
    {
        reply.Id ??= response.Text("id");
        reply.Model ??= response.Text("model");
    }

    private static void ReadEnd(JsonElement response, WireReply reply)
    {
        ReadHead(response, reply);
        var usage = response.Member("usage");
        reply.TokensIn = usage.Whole("input_tokens") ?? usage.Whole("prompt_tokens");
        reply.TokensOut = usage.Whole("output_tokens") ?? usage.Whole("completion_tokens");
        reply.ReasoningTokens = usage.Member("output_tokens_details").Whole("reasoning_tokens");
        reply.CachedTokens = usage.Member("input_tokens_details").Whole("cached_tokens");
        if (reply.Refusal is not null)
            return;
        if (response.Text("status") != "incomplete")
            reply.Finish = ChatFinishReason.Stop;
        else if (response.Member("incomplete_details").Text("reason") == "content_filter")
            reply.Refuse("");
        else
            reply.Finish = ChatFinishReason.Length;
    }

    private static void WriteFormat(Utf8JsonWriter json, WireRequest request)
    {
        if (request.Output == StructuredOutput.None)
            return;
        json.WriteStartObject("text");
        json.WriteStartObject("format");
        if (request is { Output: StructuredOutput.JsonSchema, Schema: { } schema })
        {
            json.WriteString("type", "json_schema");
            json.WriteString("name", request.SchemaName);
            json.WriteBoolean("strict", Schemas.IsStrict(schema));
            json.WritePropertyName("schema");
            schema.WriteTo(json);
        }
        else
        {
            json.WriteString("type", "json_object");
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
