using Heretix.Accounts.Devices;
using Heretix.Accounts.External;
using Heretix.Accounts.Leaving;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Refresh;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Totp;
using Heretix.Accounts.Users;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Accounts;

/// <summary>Who you are: users, sign-in, sessions.</summary>
public sealed class AccountsModule : IModule
{
    internal const string Schema = "accounts";

    /// <inheritdoc />
    public string Name => Schema;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, ServerSettings settings) => services.AddAccounts(settings);

    /// <inheritdoc />
    public void UsePipeline(IApplicationBuilder app) => app.UseAccounts();

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapAccounts();

    /// <inheritdoc />
    public void BuildModel(ModelBuilder model)
    {
        model.ApplyConfiguration(new UserMapping());
        model.ApplyConfiguration(new EmailTokenMapping());
        model.ApplyConfiguration(new DeviceMapping());
        model.ApplyConfiguration(new DeviceRemovalMapping());
        model.ApplyConfiguration(new SessionMapping());
        model.ApplyConfiguration(new DepartureMapping());
        model.ApplyConfiguration(new AccountExportMapping());
        model.ApplyConfiguration(new RefreshTokenMapping());
        model.BuildTotp();
        model.BuildExternal();
    }

    /// <inheritdoc />
    public Task<long> CountAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        AccountRecord.CountAsync(export, cancellationToken);

    /// <inheritdoc />
    public Task<object?> ExportAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        AccountRecord.ReadAsync(export, cancellationToken);

    /// <inheritdoc />
    public Task EraseAccountAsync(AccountEvent erase, CancellationToken cancellationToken) =>
        AccountRecord.EraseAsync(erase, cancellationToken);
}
