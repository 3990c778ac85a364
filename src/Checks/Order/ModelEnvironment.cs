using Heretix.Models;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Order;

/// <summary>What the operator has configured for models: keys and addresses, by the names of their variables.</summary>
internal sealed class ModelEnvironment(ServerSettings settings, IOptions<ChecksOptions> options)
{
    private const string CompatibleVariable = "OPENAI_COMPATIBLE_BASE_URL";

    /// <summary>Address of the operator's own server, or null.</summary>
    public string? CompatibleUrl => Variable(CompatibleVariable);

    /// <summary>The value of a variable, or null.</summary>
    public string? Variable(string name)
    {
        var value =
            name == CompatibleVariable && options.Value.CompatibleUrl is { } url
                ? url.AbsoluteUri
                : settings.Configuration[name];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>The variables that could hold the key that the model needs; null when nothing is missing.</summary>
    public string? MissingKey(ModelChoice model)
    {
        var card = model.Capabilities;
        return !card.KeyRequired || card.KeyVariables.Any(name => Variable(name) is not null)
            ? null
            : string.Join(" or ", card.KeyVariables);
    }
}
