using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Models;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>Speaks OpenAI's Responses API.</summary>
public sealed class ResponsesStub : ProviderStub
{
    public override string Provider => Providers.OpenAI;

    public override string Model => "gpt-5";

    public override string KeyVariable => "OPENAI_API_KEY";

    public override string AddressVariable => "OPENAI_BASE_URL";

    public override string SchemaRejection => "Invalid schema for response_format 'reply'";

    public override string? SchemaIn(JsonElement body) =>
        body.TryGetProperty("text", out var text) && text.GetProperty("format").TryGetProperty("schema", out var schema)
            ? schema.GetRawText()
            : null;

    public override Answer Says(string text) =>
        Answers.Json(200, Response("completed", OutputText(text)).ToJsonString());

    public override Answer Truncates(string text)
    {
        var response = Response("incomplete", OutputText(text));
        response["incomplete_details"] = new JsonObject { ["reason"] = "max_output_tokens" };
        return Answers.Json(200, response.ToJsonString());
    }

    public override Answer Refuses(string words) =>
        Answers.Json(
            200,
            Response("completed", new JsonObject { ["type"] = "refusal", ["refusal"] = words }).ToJsonString()
        );

    public override string Stream(params string[] pieces) =>
        Created
        + string.Concat(pieces.Select(p => Delta("response.output_text.delta", p)))
        + Named(
            "response.completed",
            new JsonObject { ["response"] = Response("completed", OutputText(string.Concat(pieces))) }
        );

    public override string StreamStart(string piece) => Created + Delta("response.output_text.delta", piece);

    public override string StreamError =>
        Named(
            "response.failed",
            new JsonObject
            {
                ["response"] = new JsonObject
                {
                    ["status"] = "failed",
                    ["error"] = new JsonObject { ["code"] = "server_overloaded", ["message"] = "busy" },
                },
            }
        );

    public override string StreamRefusal(string words) =>
        Created
        + Delta("response.refusal.delta", words)
        + Named(
            "response.completed",
            new JsonObject
            {
                ["response"] = Response("completed", new JsonObject { ["type"] = "refusal", ["refusal"] = words }),
            }
        );

    private static string Created =>
        Named("response.created", new JsonObject { ["response"] = Response("in_progress", null) });

    private static string Delta(string type, string text) => Named(type, new JsonObject { ["delta"] = text });

    private static string Named(string type, JsonObject data)
    {
        data["type"] = type;
        return Event(data, type);
    }

    private static JsonObject OutputText(string text) => new() { ["type"] = "output_text", ["text"] = text };

    private static JsonObject Response(string status, JsonObject? part)
    {
        var output = new JsonArray(new JsonObject { ["type"] = "reasoning", ["summary"] = new JsonArray() });
        if (part is not null)
            output.Add(
                new JsonObject
                {
                    ["type"] = "message",
                    ["role"] = "assistant",
                    ["content"] = new JsonArray(part),
                }
            );
        return new JsonObject
        {
            ["id"] = "resp-1",
            ["object"] = "response",
            ["status"] = status,
            ["error"] = null,
            ["model"] = "gpt-5-x",
            ["output"] = output,
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = 11,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 4 },
                ["output_tokens"] = 7,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 5 },
                ["total_tokens"] = 18,
            },
        };
    }
}
