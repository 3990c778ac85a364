using System.Collections.Concurrent;

namespace Heretix.Models;

/// <summary>
/// Which models there are, whose they are and what they cost. Files are read when first needed: resolving a model
/// reads one capability file and the price table.
/// </summary>
public sealed class ModelCatalog
{
    private readonly ModelCatalogOptions options;
    private readonly ConcurrentDictionary<string, ProviderCapabilities> capabilities = new();
    private readonly Lazy<PriceTable> prices;

    private ModelCatalog(ModelCatalogOptions options)
    {
        this.options = options;
        prices = new Lazy<PriceTable>(() => PriceTable.Load(options));
    }

    /// <summary>
    /// A catalogue over the shipped files and the user's. Nothing is read yet: a faulty file is reported by the first
    /// call that needs it, as <see cref="ModelConfigurationException"/>.
    /// </summary>
    /// <param name="options">Where the user's files are; null reads the environment.</param>
    public static ModelCatalog Load(ModelCatalogOptions? options = null) => new(options ?? new ModelCatalogOptions());

    /// <summary>Finds a model.</summary>
    /// <param name="model">A model, an alias of one, or a provider's name for its default model.</param>
    /// <param name="provider">
    /// One of <see cref="Providers"/>. When it contradicts what the name says, the provider wins and its default
    /// model is taken. Null infers it from the name, and from <paramref name="baseUrl"/>.
    /// </param>
    /// <param name="baseUrl">
    /// Address of the API. Without a provider it means a compatible server, and the model is passed through.
    /// </param>
    /// <param name="mock">Whether the offline mock stands in; it needs no key and no address.</param>
    /// <exception cref="UnknownModelException">No provider can be told from the name, or none has that name.</exception>
    /// <exception cref="ModelConfigurationException">A file that is needed is faulty.</exception>
    public ModelChoice Resolve(string model, string? provider = null, Uri? baseUrl = null, bool mock = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        model = model.Trim();
        var inferred = InferProvider(model);
        var owner = Owner(model, provider, baseUrl, inferred);
        var card = Capabilities(owner);

        var logical = model;
        if (inferred is not null && inferred != owner && owner != Providers.Compatible && baseUrl is null)
            logical = card.DefaultModel ?? model;
        if (logical.Length == 0 || logical.Equals(owner, StringComparison.OrdinalIgnoreCase))
            logical = card.DefaultModel ?? throw Unknown(model, "Name the model that the server should answer with.");

        var api = card.ApiModels.GetValueOrDefault(logical, WithoutProvider(logical, owner));
        var address = baseUrl is not null ? Addresses.WithVersion(baseUrl, Version(owner)) : BaseUrl(card);
        if (address is null && !mock)
            throw Unknown(
                model,
                $"Its provider is {owner}, which needs an address: give --base-url "
                    + $"or set {string.Join(" or ", card.BaseUrlVariables)}."
            );
        return new ModelChoice(owner, logical, api, mock, address, card, prices.Value.Find(owner, api));
    }

    /// <summary>
    /// The provider that a model's name speaks of, or null. Case and surrounding space do not matter; Grok is
    /// recognised first, then Claude, Gemini and GPT.
    /// </summary>
    /// <param name="model">A model's name, possibly null.</param>
    public static string? InferProvider(string? model)
    {
        var name = model?.Trim().ToLowerInvariant() ?? "";
        bool Has(string part) => name.Contains(part, StringComparison.Ordinal);
        bool Starts(string part) => name.StartsWith(part, StringComparison.Ordinal);

        return Has("grok") || Starts("xai") ? Providers.Xai
            : Starts("claude") || Has("anthropic") ? Providers.Anthropic
            : Has("gemini") || Has("google") ? Providers.Google
            : Has("gpt") || Has("openai") || Starts("o1") ? Providers.OpenAI
            : null;
    }

    /// <summary>Every model of every provider with its prices, limits and whether its key is set.</summary>
    /// <exception cref="ModelConfigurationException">A file is faulty.</exception>
    public IReadOnlyList<ModelListing> List() => [.. Providers.All.SelectMany(ListProvider)];

    internal ProviderCapabilities Capabilities(string provider) =>
        capabilities.GetOrAdd(
            provider,
            name =>
                CapabilityFile.Load(
                    name,
                    options.CapabilitiesPath ?? options.Variable("HERETIX_PROVIDER_CAPABILITIES_PATH")
                )
        );

    private IEnumerable<ModelListing> ListProvider(string provider)
    {
        var card = Capabilities(provider);
        var key = options.FirstSet(card.KeyVariables) is not null;
        ModelListing Row(string model, IReadOnlyList<string> aliases, bool isDefault)
        {
            var limits = RateLimits.For(options, card, model);
            return new ModelListing(
                provider,
                model,
                aliases,
                isDefault,
                BaseUrl(card),
                card.KeyVariables,
                card.KeyRequired,
                key,
                prices.Value.Find(provider, model),
                card.StructuredOutput,
                limits.RequestsPerMinute,
                limits.TokensPerMinute,
                card.MaxOutputTokens
            );
        }

        if (card.ApiModels.Count == 0)
            return [Row("", [], false)];
        var standard = card.DefaultModel is { } name ? card.ApiModels[name] : null;
        return card
            .ApiModels.GroupBy(pair => pair.Value, pair => pair.Key)
            .Select(group => Row(group.Key, [.. group.Where(alias => alias != group.Key)], group.Key == standard));
    }

    private string Owner(string model, string? provider, Uri? baseUrl, string? inferred)
    {
        if (provider is not null)
        {
            var named = provider.Trim().ToLowerInvariant();
            if (Providers.All.Contains(named))
                return named;
            var hint = ClosestName.Of(named, Providers.All) is { } close ? $" Did you mean '{close}'?" : "";
            throw new UnknownModelException(
                $"Unknown provider '{provider}'.{hint} Providers: {string.Join(", ", Providers.All)}.",
                model,
                ClosestName.Of(named, Providers.All)
            );
        }
        if (baseUrl is not null)
            return Providers.Compatible;
        if (inferred is not null)
            return inferred;
        return Providers.All.FirstOrDefault(p => Capabilities(p).ApiModels.ContainsKey(model))
            ?? throw Unknown(
                model,
                "Give --provider if it is the name of a model, or --base-url for a server that speaks OpenAI's API."
            );
    }

    private UnknownModelException Unknown(string model, string advice)
    {
        var known = Providers.All.SelectMany(p => Capabilities(p).ApiModels.Keys).ToList();
        var close = model.Length == 0 ? null : ClosestName.Of(model, known);
        var hint = close is null ? "" : $" Did you mean '{close}'?";
        var choices = string.Join(", ", Providers.All.SelectMany(p => Capabilities(p).ApiModels.Values).Distinct());
        return new UnknownModelException($"Unknown model '{model}'.{hint} {advice} Models: {choices}.", model, close);
    }

    private Uri? BaseUrl(ProviderCapabilities card)
    {
        if (options.FirstSet(card.BaseUrlVariables) is not { } text)
            return card.BaseUrl is { } shipped ? Addresses.WithVersion(shipped, Version(card.Provider)) : null;
        var variables = string.Join(", ", card.BaseUrlVariables);
        return Addresses.TryParse(text, out var address)
            ? Addresses.WithVersion(address, Version(card.Provider))
            : throw new ModelConfigurationException(variables, 0, $"'{text}' is not an http or https address.");
    }

    private static string Version(string provider) => provider == Providers.Google ? "v1beta" : "v1";

    /// <summary><c>openai:gpt-4.1</c> asks OpenAI for <c>gpt-4.1</c>; a colon elsewhere is part of the name.</summary>
    private static string WithoutProvider(string model, string provider) =>
        model.StartsWith(provider + ":", StringComparison.OrdinalIgnoreCase) ? model[(provider.Length + 1)..] : model;
}
