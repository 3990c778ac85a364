using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Checks;

/// <summary>What does a model believe about a claim: the Raw Prior Lens over HTTP, metered.</summary>
public sealed class ChecksModule : IModule
{
    internal const string Schema = "checks";

    /// <inheritdoc />
    public string Name => Schema;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, ServerSettings settings) { }
}
