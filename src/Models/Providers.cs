namespace Heretix.Models;

/// <summary>The names of the providers, as written in capability files, price tables, flags and stored results.</summary>
public static class Providers
{
    /// <summary>OpenAI, by its Responses API.</summary>
    public const string OpenAI = "openai";

    /// <summary>Google, by the Gemini API.</summary>
    public const string Google = "google";

    /// <summary>xAI (Grok), by its chat completions API.</summary>
    public const string Xai = "xai";

    /// <summary>Anthropic (Claude), by its Messages API.</summary>
    public const string Anthropic = "anthropic";

    /// <summary>Any server that speaks OpenAI's chat completions at an address the user gives.</summary>
    public const string Compatible = "compatible";

    /// <summary>Every provider, in the order in which they are listed to users.</summary>
    public static IReadOnlyList<string> All { get; } = [OpenAI, Google, Xai, Anthropic, Compatible];
}
