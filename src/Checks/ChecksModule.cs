using Heretix.Checks.Accounts;
using Heretix.Checks.Cache;
using Heretix.Checks.Measuring;
using Heretix.Checks.Run;
using Heretix.Checks.Store;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Checks;

/// <summary>What does a model believe about a claim: the Raw Prior Lens over HTTP, metered.</summary>
public sealed class ChecksModule : IModule
{
    internal const string Schema = "checks";

    /// <inheritdoc />
    public string Name => Schema;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, ServerSettings settings) => services.AddChecks(settings);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapChecks();

    /// <inheritdoc />
    public void BuildModel(ModelBuilder model) =>
        model
            .ApplyConfiguration(new CheckMapping())
            .ApplyConfiguration(new CheckRequestMapping())
            .ApplyConfiguration(new CheckSampleMapping())
            .ApplyConfiguration(new CachedResultMapping())
            .ApplyConfiguration(new MeasurementLeaseMapping());

    /// <inheritdoc />
    public Task OnUserLeavingAsync(AccountEvent leaving, CancellationToken cancellationToken) =>
        AccountChecks.LeaveAsync(leaving, cancellationToken);

    /// <inheritdoc />
    public Task<long> CountAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        AccountChecks.CountAsync(export, cancellationToken);

    /// <inheritdoc />
    public async Task<object?> ExportAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        await AccountChecks.ExportAsync(export, cancellationToken);

    /// <inheritdoc />
    public Task EraseAccountAsync(AccountEvent erase, CancellationToken cancellationToken) =>
        AccountChecks.EraseAsync(erase, cancellationToken);
}
