namespace Heretix.Models;

/// <summary>One row of the list of models.</summary>
/// <param name="Provider">One of <see cref="Providers"/>.</param>
/// <param name="Model">The API's name of the model; empty for the row of compatible servers.</param>
/// <param name="Aliases">Other names that users may type, in the order of the capability file.</param>
/// <param name="IsDefault">Whether the provider answers with this model when only the provider is named.</param>
/// <param name="BaseUrl">The address in force, or null where the user must give one.</param>
/// <param name="KeyVariables">Environment variables that may hold the key.</param>
/// <param name="KeyRequired">Whether a call needs a key.</param>
/// <param name="KeyPresent">Whether one of the variables is set.</param>
/// <param name="Price">The price of its tokens, or null when the table does not know it.</param>
/// <param name="StructuredOutput">The firmest mode asked for.</param>
/// <param name="RequestsPerMinute">The limit in force, or null for none.</param>
/// <param name="TokensPerMinute">The limit in force, or null for none.</param>
/// <param name="MaxOutputTokens">The most output tokens a request may ask for.</param>
public sealed record ModelListing(
    string Provider,
    string Model,
    IReadOnlyList<string> Aliases,
    bool IsDefault,
    Uri? BaseUrl,
    IReadOnlyList<string> KeyVariables,
    bool KeyRequired,
    bool KeyPresent,
    TokenPrice? Price,
    StructuredOutput StructuredOutput,
    double? RequestsPerMinute,
    double? TokensPerMinute,
    int MaxOutputTokens
);
