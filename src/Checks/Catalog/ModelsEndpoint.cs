using Heretix.Checks.Order;
using Heretix.Models;
using Heretix.Rpl.Prompts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Catalog;

/// <summary><c>GET /api/checks/models</c>: what can be asked here.</summary>
internal sealed class ModelsEndpoint(
    ModelCatalog catalog,
    ModelEnvironment environment,
    ModelSelection selection,
    PromptLibrary prompts,
    IOptions<ChecksOptions> options
)
{
    public IResult Answer()
    {
        var chosen = options.Value;
        var allowed = chosen.AllowMock ?? false;
        var missing = environment.MissingKey(selection.Default(allowed)) is not null;
        return TypedResults.Json(
            new ModelsResponse(
                chosen.Model,
                allowed,
                allowed && missing,
                [.. catalog.List().Select(Part)],
                prompts.Get(chosen.PromptVersion).Version,
                [.. prompts.Names.Select(prompts.Get).Select(Part)],
                new DefaultsPart(chosen.K, chosen.R, chosen.B, chosen.MaxOutputTokens),
                new BoundsPart(
                    Bounds.ClaimLength,
                    new RangePart(1, Bounds.K),
                    new RangePart(1, Bounds.R),
                    Bounds.Samples,
                    new RangePart(Bounds.LeastB, Bounds.MostB),
                    new RangePart(Bounds.LeastOutputTokens, Bounds.MostOutputTokens)
                )
            ),
            ChecksJson.Wire.ModelsResponse
        );
    }

    private static ModelPart Part(ModelListing model) =>
        new(
            model.Provider,
            model.Model.Length == 0 ? null : model.Model,
            model.Aliases,
            model.IsDefault,
            model.BaseUrl is not null && (model.KeyPresent || !model.KeyRequired),
            model.KeyRequired ? model.KeyVariables : [],
            model.Price is { } price ? new PricePart(price.InputPerMillion, price.OutputPerMillion) : null
        );

    private static PromptPart Part(PromptBank bank) =>
        new(bank.Name, bank.Version, bank.Description, bank.Paraphrases.Count);
}
