namespace Heretix.Billing.Providers;

/// <summary>Something that a provider is asked for.</summary>
/// <param name="Provider">Who is asked, for metrics and the log.</param>
/// <param name="Operation">For what, as an infinitive: <c>create a customer</c>.</param>
/// <param name="Request">Makes the request, anew for each attempt.</param>
/// <param name="MayRepeat">
/// Asking twice does what asking once does: it only reads, says how things shall be, or carries a key by which the provider
/// knows it again. Only then is it asked again without an answer.
/// </param>
/// <param name="ReadError">Reads the code and the parameter out of an error's body.</param>
internal sealed record ProviderQuestion(
    string Provider,
    string Operation,
    Func<HttpRequestMessage> Request,
    bool MayRepeat,
    Func<System.Text.Json.JsonElement, (string? Code, string? Parameter)> ReadError
);
