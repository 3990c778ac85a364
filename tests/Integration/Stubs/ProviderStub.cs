using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Models;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>A stub that speaks one provider's wire format. Usage is always 11 tokens in and 7 out.</summary>
public abstract class ProviderStub : StubServer
{
    public const string Key = "sk-secret-0123456789";

    /// <summary>Letters beyond ASCII travel as themselves, as real providers send them.</summary>
    private static readonly JsonSerializerOptions Unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public abstract string Provider { get; }

    /// <summary>A model to ask for.</summary>
    public abstract string Model { get; }

    public abstract string KeyVariable { get; }

    public abstract string AddressVariable { get; }

    /// <summary>Words with which this API rejects a schema.</summary>
    public abstract string SchemaRejection { get; }

    /// <summary>Where in a request's body the schema stands, as JSON, or null.</summary>
    public abstract string? SchemaIn(JsonElement body);

    public abstract Answer Says(string text);

    public abstract Answer Truncates(string text);

    public abstract Answer Refuses(string words);

    /// <summary>The events of a complete stream.</summary>
    public abstract string Stream(params string[] pieces);

    /// <summary>The first events of a stream, up to and including one piece of text.</summary>
    public abstract string StreamStart(string piece);

    /// <summary>An event that reports an overload.</summary>
    public abstract string StreamError { get; }

    public abstract string StreamRefusal(string words);

    public virtual Answer Rejects(int status, string message, params (string Name, string Value)[] headers) =>
        Answers.Json(
            status,
            new JsonObject
            {
                ["error"] = new JsonObject { ["type"] = "invalid_request_error", ["message"] = message },
            }.ToJsonString(),
            headers
        );

    /// <summary>Leads a client here, with a key and without limits that would slow a test.</summary>
    public string? Environment(string name) =>
        name == KeyVariable ? Key
        : name == AddressVariable ? Address.ToString()
        : name.EndsWith("_RPS", StringComparison.Ordinal) || name.EndsWith("_BURST", StringComparison.Ordinal) ? "1000"
        : null;

    public static ProviderStub For(string provider) =>
        provider switch
        {
            Providers.OpenAI => new ResponsesStub(),
            Providers.Google => new GeminiStub(),
            Providers.Anthropic => new AnthropicStub(),
            Providers.Xai => new ChatCompletionsStub(Providers.Xai),
            _ => new ChatCompletionsStub(Providers.Compatible),
        };

    protected static string Event(JsonNode data, string? name = null) =>
        (name is null ? "" : $"event: {name}\n") + $"data: {data.ToJsonString(Unescaped)}\n\n";
}
