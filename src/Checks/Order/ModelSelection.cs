using Heretix.Models;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Order;

/// <summary>Finds the model that a request asks for, among those that this server is willing to pay for.</summary>
internal sealed class ModelSelection(
    ModelCatalog catalog,
    ModelEnvironment environment,
    IOptions<ChecksOptions> options
)
{
    /// <summary>What was found.</summary>
    /// <param name="Name">The model as it is asked for in the catalogue.</param>
    /// <param name="Provider">The provider that was insisted on, or null.</param>
    /// <param name="Model">The model; null when there is a problem or a member was refused.</param>
    /// <param name="Notice">What the caller should be told.</param>
    /// <param name="Problem">Why the model cannot be asked although it is known.</param>
    public sealed record Selected(
        string Name,
        string? Provider,
        ModelChoice? Model,
        string? Notice = null,
        ProblemHttpResult? Problem = null
    );

    /// <summary>
    /// The model of the request or the default one. Where nobody named a model and the default one has no key, the mock
    /// stands in when it is allowed, and says so.
    /// </summary>
    public Selected Select(Members members, string? named, string? provider, bool? mock)
    {
        var allowed = options.Value.AllowMock ?? false;
        if (mock == true && !allowed)
            members.Refuse("mock", "is not allowed on this server.");
        // A provider on its own means that provider's default model.
        var name = named ?? (provider is null ? options.Value.Model : "");
        if (Find(members, name, provider, mock == true) is not { } found)
            return new Selected(name, provider, null);
        if (found.Model!.Mock || environment.MissingKey(found.Model) is not { } variables)
            return found;
        if (mock is null && named is null && provider is null && allowed)
            return found with
            {
                Model = catalog.Resolve(found.Name, found.Provider, mock: true),
                Notice =
                    $"This is a mock: no model was asked, because no key for {found.Model.LogicalModel} is configured "
                    + $"(set {variables}). The figures say nothing about any model.",
            };
        return found with
        {
            Model = null,
            Problem = Problem.Of(
                503,
                "model_not_configured",
                $"{found.Model.LogicalModel} cannot be asked here: the server has no key for {found.Model.Provider}. "
                    + $"Its operator can set {variables}."
            ),
        };
    }

    /// <summary>The model that is asked when a request names none.</summary>
    /// <exception cref="UnknownModelException">No provider is known for it, and no compatible server is configured.</exception>
    public ModelChoice Default(bool mock)
    {
        var name = options.Value.Model;
        try
        {
            return catalog.Resolve(name, mock: mock);
        }
        catch (UnknownModelException) when (environment.CompatibleUrl is not null)
        {
            return catalog.Resolve(name, Providers.Compatible, mock: mock);
        }
    }

    private Selected? Find(Members members, string name, string? provider, bool mock)
    {
        try
        {
            var model = catalog.Resolve(name, provider, mock: mock);
            if (Contradicts(name, provider, model) is { } owner)
            {
                members.Refuse("provider", $"does not have {name}, which is a model of {owner}.");
                return null;
            }
            return Offered(members, new Selected(name.Length > 0 ? name : model.LogicalModel, provider, model));
        }
        catch (UnknownModelException) when (provider is null && environment.CompatibleUrl is not null)
        {
            return new Selected(name, Providers.Compatible, catalog.Resolve(name, Providers.Compatible, mock: mock));
        }
        catch (UnknownModelException unknown)
        {
            if (provider is not null && !Providers.All.Contains(provider.ToLowerInvariant()))
                members.Refuse("provider", $"is none of {string.Join(", ", Providers.All)}.");
            else
                Unknown(members, name, unknown.Suggestion);
            return null;
        }
    }

    /// <summary>
    /// Where both are named and the name belongs to somebody else, the catalogue would quietly take the provider's own
    /// default model. Gives the provider to which the name belongs.
    /// </summary>
    private string? Contradicts(string name, string? provider, ModelChoice model)
    {
        if (name.Length == 0 || provider is null || model.Provider == Providers.Compatible)
            return null;
        try
        {
            var owner = catalog.Resolve(name).Provider;
            return owner == model.Provider ? null : owner;
        }
        catch (UnknownModelException)
        {
            return null;
        }
    }

    /// <summary>The operator pays: a provider's model that the catalogue does not list is not asked for.</summary>
    private static Selected? Offered(Members members, Selected found)
    {
        if (IsOffered(found.Model!))
            return found;
        Unknown(members, found.Name, null);
        return null;
    }

    /// <summary>Whether the catalogue lists the model, or its provider has no list.</summary>
    public static bool IsOffered(ModelChoice model)
    {
        var known = model.Capabilities.ApiModels;
        return known.Count == 0 || known.ContainsKey(model.LogicalModel) || known.Values.Contains(model.ApiModel);
    }

    private static void Unknown(Members members, string name, string? suggestion) =>
        members.Refuse(
            "model",
            name.Length == 0
                ? "must be named for this provider."
                : $"{name} is not offered here; GET /api/checks/models lists what is."
                    + (suggestion is null ? "" : $" Did you mean {suggestion}?")
        );
}
