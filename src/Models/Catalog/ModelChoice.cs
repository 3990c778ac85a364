namespace Heretix.Models;

/// <summary>A model that has been asked for and found: everything that is needed to open a client for it.</summary>
/// <param name="Provider">One of <see cref="Providers"/>.</param>
/// <param name="LogicalModel">The name under which results are filed: as asked for, or the provider's default.</param>
/// <param name="ApiModel">The provider's own name, sent with each request.</param>
/// <param name="Mock">Whether the offline mock stands in for it.</param>
/// <param name="BaseUrl">The API's address; null only for a mock of a provider without an address.</param>
/// <param name="Capabilities">The provider's capability file.</param>
/// <param name="Price">The price of its tokens, or null when the price table does not know it.</param>
public sealed record ModelChoice(
    string Provider,
    string LogicalModel,
    string ApiModel,
    bool Mock,
    Uri? BaseUrl,
    ProviderCapabilities Capabilities,
    TokenPrice? Price
)
{
    /// <summary>
    /// The most tokens that may come back, and be paid for, when a request asks for <paramref name="asked"/>: never more
    /// than the provider allows, and more than asked where a model needs room to think.
    /// </summary>
    public int MostOutputTokens(int asked)
    {
        var allowed = Math.Min(asked, Capabilities.MaxOutputTokens);
        return Provider == Providers.Google ? GeminiDialect.OutputTokens(ApiModel, allowed) : allowed;
    }
}
