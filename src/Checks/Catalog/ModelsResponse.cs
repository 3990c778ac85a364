using System.Text.Json.Serialization;

namespace Heretix.Checks.Catalog;

/// <summary>What can be asked here, with what, and within which bounds.</summary>
/// <param name="DefaultModel">Asked when a request names none.</param>
/// <param name="MockAllowed">Requests may ask for the labelled mock.</param>
/// <param name="MockByDefault">A request that names no model gets the mock, because the default model has no key.</param>
internal sealed record ModelsResponse(
    string DefaultModel,
    bool MockAllowed,
    bool MockByDefault,
    IReadOnlyList<ModelPart> Models,
    string DefaultPromptVersion,
    IReadOnlyList<PromptPart> PromptVersions,
    DefaultsPart Defaults,
    BoundsPart Bounds
);

/// <summary>One model.</summary>
/// <param name="Model">By its provider's name; null for whatever a server of the operator's own serves.</param>
/// <param name="Configured">It can be asked: its key, or its server's address, is there.</param>
internal sealed record ModelPart(
    string Provider,
    string? Model,
    IReadOnlyList<string> Aliases,
    bool IsProviderDefault,
    bool Configured,
    IReadOnlyList<string> KeyVariables,
    PricePart? Price
);

/// <summary>US dollars per million tokens.</summary>
internal sealed record PricePart(decimal InputPerMillion, decimal OutputPerMillion);

/// <summary>One bank of prompts.</summary>
internal sealed record PromptPart(string Name, string Version, string? Description, int Templates);

/// <summary>What a request gets that says nothing.</summary>
internal sealed record DefaultsPart(
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("B")] int B,
    int MaxOutputTokens
);

/// <summary>What is taken.</summary>
internal sealed record BoundsPart(
    int ClaimCharacters,
    [property: JsonPropertyName("K")] RangePart K,
    [property: JsonPropertyName("R")] RangePart R,
    int Samples,
    [property: JsonPropertyName("B")] RangePart B,
    RangePart MaxOutputTokens
);

/// <summary>A closed range.</summary>
internal sealed record RangePart(int Least, int Most);
