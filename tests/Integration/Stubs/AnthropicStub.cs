using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Models;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>Speaks Anthropic's Messages API.</summary>
public sealed class AnthropicStub : ProviderStub
{
    public override string Provider => Providers.Anthropic;

    public override string Model => "claude-sonnet-4-5";

    public override string KeyVariable => "ANTHROPIC_API_KEY";

    public override string AddressVariable => "ANTHROPIC_BASE_URL";

    public override string SchemaRejection => "output_config.format: this model does not support structured outputs";

    public override string? SchemaIn(JsonElement body) =>
        body.TryGetProperty("output_config", out var config)
            ? config.GetProperty("format").GetProperty("schema").GetRawText()
            : null;

    public override Answer Says(string text) => Answers.Json(200, Message(text, "end_turn").ToJsonString());

    public override Answer Truncates(string text) => Answers.Json(200, Message(text, "max_tokens").ToJsonString());

    public override Answer Refuses(string words) => Answers.Json(200, Message(words, "refusal").ToJsonString());

    public override string Stream(params string[] pieces) => Start + Pieces(pieces) + End("end_turn");

    public override string StreamStart(string piece) => Start + Pieces(piece);

    public override string StreamError =>
        Named(
            "error",
            new JsonObject
            {
                ["error"] = new JsonObject { ["type"] = "overloaded_error", ["message"] = "Overloaded" },
            }
        );

    public override string StreamRefusal(string words) => Start + End("refusal");

    private static string Start
    {
        get
        {
            var message = Message(null, null);
            message["usage"] = new JsonObject
            {
                ["input_tokens"] = 9,
                ["cache_read_input_tokens"] = 2,
                ["output_tokens"] = 1,
            };
            return Named("message_start", new JsonObject { ["message"] = message })
                + Named(
                    "content_block_start",
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" },
                    }
                )
                + Named("ping", []);
        }
    }

    private static string Pieces(params string[] pieces) =>
        string.Concat(
            pieces.Select(piece =>
                Named(
                    "content_block_delta",
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = piece },
                    }
                )
            )
        );

    private static string End(string reason) =>
        Named("content_block_stop", new JsonObject { ["index"] = 0 })
        + Named(
            "message_delta",
            new JsonObject
            {
                ["delta"] = new JsonObject { ["stop_reason"] = reason, ["stop_sequence"] = null },
                ["usage"] = new JsonObject { ["output_tokens"] = 7 },
            }
        )
        + Named("message_stop", []);

    private static string Named(string type, JsonObject data)
    {
        data["type"] = type;
        return Event(data, type);
    }

    private static JsonObject Message(string? text, string? stop) =>
        new()
        {
            ["id"] = "msg-1",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = "claude-sonnet-4-5-x",
            ["content"] = text is null
                ? new JsonArray()
                : new JsonArray(
                    new JsonObject { ["type"] = "thinking", ["thinking"] = "hm" },
                    new JsonObject { ["type"] = "text", ["text"] = text }
                ),
            ["stop_reason"] = stop,
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = 9,
                ["cache_read_input_tokens"] = 2,
                ["output_tokens"] = 7,
            },
        };
}
