using Heretix.Accounts.Users;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
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
    public void AddServices(IServiceCollection services, ServerSettings settings) { }

    /// <inheritdoc />
    public void BuildModel(ModelBuilder model) => model.ApplyConfiguration(new UserMapping());
}
