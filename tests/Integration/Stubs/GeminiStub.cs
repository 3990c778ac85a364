using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Models;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>Speaks Google's Gemini API.</summary>
public sealed class GeminiStub : ProviderStub
{
    public override string Provider => Providers.Google;

    public override string Model => "gemini-2.5-pro";

    public override string KeyVariable => "GEMINI_API_KEY";

    public override string AddressVariable => "GEMINI_BASE_URL";

    public override string SchemaRejection => "Invalid JSON payload received. Unknown name \"responseJsonSchema\"";

    public override string? SchemaIn(JsonElement body) =>
        body.GetProperty("generationConfig").TryGetProperty("responseJsonSchema", out var schema)
            ? schema.GetRawText()
            : null;

    public override Answer Says(string text) => Answers.Json(200, Reply(text, "STOP").ToJsonString());

    public override Answer Truncates(string text) => Answers.Json(200, Reply(text, "MAX_TOKENS").ToJsonString());

    public override Answer Refuses(string words) =>
        Answers.Json(
            200,
            new JsonObject
            {
                ["promptFeedback"] = new JsonObject { ["blockReason"] = words },
                ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 11, ["totalTokenCount"] = 11 },
                ["modelVersion"] = "gemini-2.5-pro-x",
            }.ToJsonString()
        );

    public override Answer Rejects(int status, string message, params (string Name, string Value)[] headers) =>
        Answers.Json(status, Error(status, message).ToJsonString(), headers);

    public override string Stream(params string[] pieces) =>
        string.Concat(pieces.Select(p => Event(Reply(p, null)))) + Event(Reply("", "STOP"));

    public override string StreamStart(string piece) => Event(Reply(piece, null));

    public override string StreamError => Event(Error(503, "The model is overloaded.", "UNAVAILABLE"));

    public override string StreamRefusal(string words)
    {
        var reply = Reply("", "SAFETY");
        reply["candidates"]![0]!["finishMessage"] = words;
        return Event(reply);
    }

    private static JsonObject Error(int status, string message, string name = "INVALID_ARGUMENT") =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["code"] = status,
                ["message"] = message,
                ["status"] = name,
            },
        };

    private static JsonObject Reply(string text, string? finish)
    {
        var candidate = new JsonObject
        {
            ["content"] = new JsonObject
            {
                ["role"] = "model",
                ["parts"] = new JsonArray(
                    new JsonObject { ["text"] = "thinking aloud", ["thought"] = true },
                    new JsonObject { ["text"] = text }
                ),
            },
            ["index"] = 0,
        };
        if (finish is not null)
            candidate["finishReason"] = finish;
        return new JsonObject
        {
            ["candidates"] = new JsonArray(candidate),
            ["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = 11,
                ["candidatesTokenCount"] = 3,
                ["thoughtsTokenCount"] = 4,
                ["totalTokenCount"] = 18,
            },
            ["modelVersion"] = "gemini-2.5-pro-x",
            ["responseId"] = "gem-1",
        };
    }
}
