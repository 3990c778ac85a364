namespace Heretix.Models;

/// <summary>Where the catalogue reads what users may change. Each path wins over its environment variable.</summary>
/// <param name="CapabilitiesPath">
/// A capability file, or a folder of them, that replaces the shipped ones provider by provider
/// (<c>HERETIX_PROVIDER_CAPABILITIES_PATH</c>).
/// </param>
/// <param name="PricesPath">A price file whose lines win over the shipped table (<c>HERETIX_PRICES</c>).</param>
/// <param name="LimitsPath">A file of limits per provider and model (<c>HERETIX_PROVIDER_CONFIG</c>).</param>
/// <param name="Environment">Reads an environment variable; null reads the process's own.</param>
public sealed record ModelCatalogOptions(
    string? CapabilitiesPath = null,
    string? PricesPath = null,
    string? LimitsPath = null,
    Func<string, string?>? Environment = null
)
{
    internal string? Variable(string name)
    {
        var value = Environment is null ? System.Environment.GetEnvironmentVariable(name) : Environment(name);
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    internal string? FirstSet(IEnumerable<string> names) => names.Select(Variable).FirstOrDefault(v => v is not null);
}
