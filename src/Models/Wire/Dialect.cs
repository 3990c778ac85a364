using System.Net.Http.Headers;
using System.Text.Json;

namespace Heretix.Models;

/// <summary>How one provider writes requests and answers. Stateless; one transport serves them all.</summary>
internal abstract class Dialect
{
    /// <summary>Path under the base address.</summary>
    public abstract string Path(WireRequest request);

    /// <summary>Puts the key where this provider looks for it, and any header it insists on.</summary>
    public abstract void Authorize(HttpRequestHeaders headers, string? key);

    public abstract void WriteBody(Utf8JsonWriter json, WireRequest request);

    /// <summary>Reads a whole answer.</summary>
    public abstract void ReadReply(JsonElement body, WireReply reply);

    /// <summary>Reads one event of a stream.</summary>
    /// <returns>An error that the stream carried, as the provider words it, or null.</returns>
    public abstract StreamError? ReadEvent(JsonElement data, WireReply reply);

    public static Dialect For(string provider) =>
        provider switch
        {
            Providers.OpenAI => new ResponsesDialect(),
            Providers.Google => new GeminiDialect(),
            Providers.Anthropic => new AnthropicDialect(),
            Providers.Xai => new ChatCompletionsDialect(completionTokens: true),
            _ => new ChatCompletionsDialect(completionTokens: false),
        };
}

/// <summary>An error that arrived inside a stream.</summary>
internal sealed record StreamError(string? Code, string? Message);
