using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Modules;

/// <summary>
/// One room of the server: what it registers, serves and stores, and what it does when an account comes or goes. The
/// server's list of modules is the only place that names them all.
/// </summary>
public interface IModule
{
    /// <summary>Name of the room in lower case; also the name of its database schema.</summary>
    string Name { get; }

    /// <summary>Registers services, jobs (<c>AddJob</c>), limits (<c>AddLimit</c>) and health checks.</summary>
    void AddServices(IServiceCollection services, ServerSettings settings);

    /// <summary>Maps the room's endpoints; called only where the role serves HTTP.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes) { }

    /// <summary>Adds to the path of every request, after routing and before the limits and endpoints.</summary>
    void UsePipeline(IApplicationBuilder app) { }

    /// <summary>Contributes the room's entities. Names are given explicitly, in snake_case, in the room's own schema.</summary>
    void BuildModel(ModelBuilder model) { }

    /// <summary>A user was created in the transaction of <see cref="AccountEvent.Db"/>; what is done here commits with it.</summary>
    Task OnUserCreatedAsync(AccountEvent created, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The user leaves, in the transaction of <see cref="AccountEvent.Db"/>: signed out everywhere, restorable for a time.
    /// What was begun and is not finished ends here, and does not count. Nothing is erased yet. Locks on a user's usage
    /// are taken before those on what used it.
    /// </summary>
    Task OnUserLeavingAsync(AccountEvent leaving, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Roughly how many rows <see cref="ExportAccountAsync"/> would write; many are exported by a job.</summary>
    Task<long> CountAccountAsync(AccountEvent export, CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <summary>Adds what the room holds on the user; null when it holds nothing. The value is written as JSON.</summary>
    Task<object?> ExportAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        Task.FromResult<object?>(null);

    /// <summary>Erases what the room holds on the user, in the transaction of <see cref="AccountEvent.Db"/>.</summary>
    Task EraseAccountAsync(AccountEvent erase, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Something happened to an account.</summary>
/// <param name="Db">A context with an open transaction.</param>
/// <param name="UserId">The user.</param>
/// <param name="Services">The services of the server.</param>
public sealed record AccountEvent(HeretixDb Db, Guid UserId, IServiceProvider Services);
