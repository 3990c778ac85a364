using System.Collections.Concurrent;
using Heretix.Platform.Database;
using Heretix.Platform.Limits;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Heretix.Server;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>A room that writes a row for every user that arrives, and can refuse.</summary>
internal sealed class ProbeModule : IModule
{
    public string Name => "probe";

    /// <summary>The users it was told about.</summary>
    public ConcurrentDictionary<Guid, bool> Seen { get; } = new();

    /// <summary>Whether it refuses.</summary>
    public bool Fails { get; set; }

    public void AddServices(IServiceCollection services, ServerSettings settings) { }

    public void BuildModel(ModelBuilder model)
    {
        var welcome = model.Entity<Welcome>();
        welcome.ToTable("welcomes", "probe");
        welcome.HasKey(w => w.Id).HasName("pk_welcomes");
        welcome.Property(w => w.Id).HasColumnName("id");
        welcome.Property(w => w.UserId).HasColumnName("user_id");
    }

    public Task OnUserCreatedAsync(AccountEvent created, CancellationToken cancellationToken)
    {
        Seen[created.UserId] = true;
        created.Db.Database.CurrentTransaction.ShouldNotBeNull();
        created.Db.Add(new Welcome { UserId = created.UserId });
        return Fails ? throw new InvalidOperationException("no welcome today") : Task.CompletedTask;
    }

    /// <summary>Puts it behind the server's own rooms; links to one address are not counted.</summary>
    public void AddTo(IServiceCollection services) =>
        services
            .Replace(ServiceDescriptor.Singleton<IRateLimits, NoLimits>())
            .Replace(ServiceDescriptor.Singleton(new ModelParts([.. HeretixServer.Modules, this])));

    internal sealed class Welcome
    {
        public long Id { get; init; }

        public Guid UserId { get; init; }
    }
}
