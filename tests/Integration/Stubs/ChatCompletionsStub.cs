using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Models;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>Speaks chat completions, as xAI or as a server of one's own.</summary>
public sealed class ChatCompletionsStub(string provider) : ProviderStub
{
    public override string Provider => provider;

    public override string Model => provider == Providers.Xai ? "grok-4" : "llama3";

    public override string KeyVariable => provider == Providers.Xai ? "XAI_API_KEY" : "HERETIX_API_KEY";

    public override string AddressVariable => provider == Providers.Xai ? "XAI_API_BASE" : "OPENAI_COMPATIBLE_BASE_URL";

    public override string SchemaRejection => "response_format of type json_schema is not supported";

    public override string? SchemaIn(JsonElement body) =>
        body.TryGetProperty("response_format", out var format) && format.TryGetProperty("json_schema", out var schema)
            ? schema.GetProperty("schema").GetRawText()
            : null;

    public override Answer Says(string text) => Answers.Json(200, Completion(text, "stop"));

    public override Answer Truncates(string text) => Answers.Json(200, Completion(text, "length"));

    public override Answer Refuses(string words) => Answers.Json(200, Completion(null, "stop", words));

    public override string Stream(params string[] pieces) =>
        string.Concat(pieces.Select(p => Chunk(new JsonObject { ["content"] = p })))
        + Chunk([], "stop")
        + Event(
            new JsonObject
            {
                ["id"] = "chat-1",
                ["model"] = Model + "-x",
                ["choices"] = new JsonArray(),
                ["usage"] = Usage(),
            }
        )
        + "data: [DONE]\n\n";

    public override string StreamStart(string piece) =>
        ": keep-alive\n\n" + Chunk(new JsonObject { ["content"] = piece });

    public override string StreamError => """data: {"error":{"code":"overloaded","message":"busy"}}""" + "\n\n";

    public override string StreamRefusal(string words) =>
        Chunk(new JsonObject { ["refusal"] = words }) + Chunk([], "stop") + "data: [DONE]\n\n";

    public string Completion(string? text, string finish, string? refusal = null, bool usage = true)
    {
        var body = new JsonObject
        {
            ["id"] = "chat-1",
            ["object"] = "chat.completion",
            ["model"] = Model + "-x",
            ["choices"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = 0,
                    ["finish_reason"] = finish,
                    ["message"] = new JsonObject
                    {
                        ["role"] = "assistant",
                        ["content"] = text,
                        ["refusal"] = refusal,
                    },
                }
            ),
        };
        if (usage)
            body["usage"] = Usage();
        return body.ToJsonString();
    }

    /// <summary>xAI leaves the tokens of thought out of completion_tokens and counts them in the total.</summary>
    private JsonObject Usage() =>
        provider == Providers.Xai
            ? new JsonObject
            {
                ["prompt_tokens"] = 11,
                ["completion_tokens"] = 2,
                ["total_tokens"] = 18,
                ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 5 },
            }
            : new JsonObject
            {
                ["prompt_tokens"] = 11,
                ["completion_tokens"] = 7,
                ["total_tokens"] = 18,
            };

    private string Chunk(JsonObject delta, string? finish = null) =>
        Event(
            new JsonObject
            {
                ["id"] = "chat-1",
                ["object"] = "chat.completion.chunk",
                ["model"] = Model + "-x",
                ["choices"] = new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["delta"] = delta,
                        ["finish_reason"] = finish,
                    }
                ),
            }
        );
}
