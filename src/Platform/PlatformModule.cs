using Heretix.Platform.Cache;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Idempotency;
using Heretix.Platform.Jobs;
using Heretix.Platform.Limits;
using Heretix.Platform.Mail;
using Heretix.Platform.Modules;
using Heretix.Platform.Notifications;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Platform;

/// <summary>What every room of the server stands on.</summary>
public sealed class PlatformModule : IModule
{
    /// <inheritdoc />
    public string Name => "jobs";

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, ServerSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton<ISettingsCheck, MisspeltOptions>();
        services.AddDatabase(settings);
        services.AddNotifications();
        services.AddCache(settings);
        services.AddJobs(settings);
        services.AddMail(settings);
        services.AddEncryption(settings);
        services.AddLimits(settings);
        services.AddHttpRules(settings);
        services.AddTelemetry(settings);
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapHttpRules();
        routes.MapOutbox();
    }

    /// <summary>Which requests were made under a key, and when; their answers are what the other rooms hold.</summary>
    public async Task<object?> ExportAccountAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(export);
        var caller = KeyedRequests.Of(export.UserId);
        var kept = await export
            .Db.Set<IdempotencyKey>()
            .Where(key => key.Caller == caller)
            .OrderBy(key => key.CreatedAt)
            .Select(key => new KeptRequest(key.Route, key.Key, key.Status, key.CreatedAt, key.ExpiresAt))
            .ToListAsync(cancellationToken);
        return kept.Count == 0 ? null : kept;
    }

    /// <summary>Answers that are kept for repetitions hold what the user was answered.</summary>
    public Task EraseAccountAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(erase);
        var caller = KeyedRequests.Of(erase.UserId);
        return erase.Db.Set<IdempotencyKey>().Where(key => key.Caller == caller).ExecuteDeleteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void BuildModel(ModelBuilder model)
    {
        JobsServices.BuildModel(model);
        model.ApplyConfiguration(new IdempotencyKeyMapping());
        model.BuildKeyRing();
    }
}

/// <summary>A request that was made under an <c>Idempotency-Key</c>, as its user takes it along.</summary>
internal sealed record KeptRequest(
    string Route,
    string IdempotencyKey,
    int? Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
);
