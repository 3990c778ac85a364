using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Heretix.Models;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;

namespace Heretix.Rpl.Planning;

/// <summary>Names of measurements and samples, derived from what defines them and from nothing else.</summary>
public static class Identity
{
    /// <summary><c>heretix-rpl-</c> and 12 hex digits of a SHA-256 over everything that defines the measurement.</summary>
    public static string RunId(MeasurementRequest request, ModelChoice model, PromptBank bank, int k, int r, int t) =>
        "heretix-rpl-"
        + Hash(Measurement(request, model, bank) + string.Create(Invariant, $"|K={k}|R={r}|T={t}"))[..12];

    /// <summary>
    /// Key under which a finished result may be reused: the parts of the run id at full length. An escalating
    /// request has one key of its own, because its K and R are known only at the end.
    /// </summary>
    public static string RequestKey(MeasurementRequest request, ModelChoice model, PromptBank bank)
    {
        var shape = request.Auto
            ? string.Create(Invariant, $"|auto|T={request.T ?? bank.Paraphrases.Count}")
            : string.Create(Invariant, $"|K={request.K}|R={request.R}|T={request.T ?? bank.Paraphrases.Count}");
        return Hash(
            Measurement(request, model, bank) + shape + "|bank=" + bank.Hash + (request.NoCache ? "|no_cache" : "")
        );
    }

    /// <summary>
    /// Key of one sample. Samples do not depend on K, R, T, B or the seed, so a larger measurement reuses those of
    /// a smaller one. <paramref name="privateTo"/> sets the samples of one execution apart from all others.
    /// </summary>
    public static string CacheKey(
        MeasurementRequest request,
        ModelChoice model,
        PromptBank bank,
        ComposedPrompt prompt,
        int replicate,
        string? privateTo
    )
    {
        var key = string.Create(
            Invariant,
            $"{request.Claim}|{ModelName(request, model)}|{bank.Version}|{prompt.Sha256}|{replicate}|{request.MaxOutputTokens}|{Lane(request)}"
        );
        return Hash(privateTo is null ? key : key + "|" + privateTo);
    }

    /// <summary>What two executions have in common when they could pay for the same sample twice.</summary>
    public static string Subject(MeasurementRequest request, ModelChoice model, PromptBank bank) =>
        Hash(
            string.Create(
                Invariant,
                $"{request.Claim}|{ModelName(request, model)}|{bank.Version}|{request.MaxOutputTokens}|{Lane(request)}"
            )
        );

    private static string Measurement(MeasurementRequest request, ModelChoice model, PromptBank bank) =>
        string.Create(
            Invariant,
            $"{request.Claim}|{ModelName(request, model)}|{model.Provider}|{bank.Version}|B={request.B}|seed={request.Seed?.ToString() ?? "auto"}|max_out={request.MaxOutputTokens}|baseline|{Lane(request)}"
        );

    /// <summary>The same name on two compatible servers is two models; a provider's own address changes nothing.</summary>
    private static string ModelName(MeasurementRequest request, ModelChoice model) =>
        request.Mock || (request.BaseUrl is null && model.Provider != Providers.Compatible)
            ? model.ApiModel
            : model.ApiModel + "@" + model.BaseUrl?.AbsoluteUri;

    private static string Lane(MeasurementRequest request) => request.Mock ? "MOCK" : "LIVE";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;
}
