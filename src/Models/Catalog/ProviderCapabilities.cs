namespace Heretix.Models;

/// <summary>How firmly a provider can be held to JSON.</summary>
public enum StructuredOutput
{
    /// <summary>Only the instructions ask for it.</summary>
    None,

    /// <summary>The API promises a JSON object, of whatever shape.</summary>
    JsonObject,

    /// <summary>The API enforces a JSON schema.</summary>
    JsonSchema,
}

/// <summary>What a provider's capability file says.</summary>
/// <param name="Provider">One of <see cref="Providers"/>.</param>
/// <param name="DefaultModel">A key of <paramref name="ApiModels"/>; null where only the user knows the models.</param>
/// <param name="ApiModels">What users type, to what the API is asked for; names compare without case.</param>
/// <param name="BaseUrl">The API's address, version included; null where the user must give it.</param>
/// <param name="BaseUrlVariables">Environment variables that override the address, the first set one wins.</param>
/// <param name="KeyVariables">Environment variables that may hold the key, the first set one wins.</param>
/// <param name="KeyRequired">Whether a call without a key is refused beforehand.</param>
/// <param name="StructuredOutput">The firmest mode worth asking for.</param>
/// <param name="SupportsSeed">Whether a sampling seed may be sent.</param>
/// <param name="MaxOutputTokens">No request asks for more output tokens than this.</param>
/// <param name="DefaultTemperature">What a measurement should sample at, or null for the provider's own default.</param>
/// <param name="ReasoningModels">Prefixes of API models that think before they answer.</param>
/// <param name="ReasoningEffort">The effort sent to those models, or null for none.</param>
/// <param name="RequestsPerMinute">Requests allowed per minute and model, or null for no limit.</param>
/// <param name="TokensPerMinute">Tokens allowed per minute and model, both ways together, or null for no limit.</param>
public sealed record ProviderCapabilities(
    string Provider,
    string? DefaultModel,
    IReadOnlyDictionary<string, string> ApiModels,
    Uri? BaseUrl,
    IReadOnlyList<string> BaseUrlVariables,
    IReadOnlyList<string> KeyVariables,
    bool KeyRequired,
    StructuredOutput StructuredOutput,
    bool SupportsSeed,
    int MaxOutputTokens,
    double? DefaultTemperature,
    IReadOnlyList<string> ReasoningModels,
    string? ReasoningEffort,
    int? RequestsPerMinute,
    int? TokensPerMinute
)
{
    /// <summary>Whether an API model thinks before it answers, by the prefixes of the capability file.</summary>
    /// <param name="apiModel">The provider's own name of a model.</param>
    public bool Reasons(string apiModel) =>
        ReasoningModels.Any(prefix => apiModel.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
