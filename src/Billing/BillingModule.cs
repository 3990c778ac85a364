using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing;

/// <summary>What you may use: plans, allowances, reservations.</summary>
public sealed class BillingModule : IModule
{
    internal const string Schema = "billing";

    /// <inheritdoc />
    public string Name => Schema;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, ServerSettings settings) { }
}
