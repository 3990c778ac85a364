using Heretix.Platform.Cache;
using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Limits;

/// <summary>What endpoints and rooms say about limits.</summary>
public static class LimitServices
{
    /// <summary>Windows that a process counts at most.</summary>
    private const int MostWindows = 100_000;

    internal static IServiceCollection AddLimits(this IServiceCollection services, ServerSettings settings)
    {
        foreach (var policy in LimitPolicy.House)
            services.AddSingleton(policy);
        services
            .AddKnownSection(LimitOptions.Section)
            .AddOptions<LimitOptions>()
            .Configure<IEnumerable<LimitPolicy>>((options, policies) => options.Read(policies, settings.Configuration))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitValidation>();
        services.AddSingleton(provider => new LimitBuckets(MostWindows, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RateLimits(
            provider.GetRequiredService<IOptions<LimitOptions>>(),
            provider.GetRequiredService<LimitBuckets>(),
            provider.GetService<RespClient>() is { } redis
                ? new LimitRedis(
                    redis,
                    $"{provider.GetRequiredService<IOptions<CacheOptions>>().Value.CachePrefix}:{settings.Environment}:limit:"
                )
                : null,
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()
        ));
        services.AddSingleton<IRateLimits>(provider => provider.GetRequiredService<RateLimits>());
        services.AddSingleton(provider => new RequestLimits(
            provider.GetRequiredService<IRateLimits>(),
            provider.GetRequiredService<IOptions<LimitOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        return services;
    }

    /// <summary>Registers a policy of a room; its numbers are configurable as <c>Heretix:Limits:(name)</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">In snake_case, not one that is registered already.</param>
    /// <param name="permits">How many are allowed in a window.</param>
    /// <param name="window">How long a window is; it begins with the first request.</param>
    /// <param name="scope">By what endpoints with this policy are counted.</param>
    public static IServiceCollection AddLimit(
        this IServiceCollection services,
        string name,
        int permits,
        TimeSpan window,
        LimitScope scope = LimitScope.Caller
    ) => services.AddSingleton(new LimitPolicy(name, permits, window, scope));

    /// <summary>Holds requests to the limits of their endpoints. Comes after routing and after the caller is known.</summary>
    public static IApplicationBuilder UseLimits(this IApplicationBuilder app) => app.UseMiddleware<LimitMiddleware>();

    /// <summary>
    /// Names the policy of an endpoint, once more for each further one; without any, everything under /api has
    /// <see cref="LimitNames.Api"/>. <see cref="LimitNames.None"/> on the endpoint itself takes every limit away.
    /// </summary>
    public static TBuilder Limit<TBuilder>(this TBuilder endpoint, string policy)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new LimitPolicyName(policy));
}

/// <summary>The policy that an endpoint asks for.</summary>
internal sealed record LimitPolicyName(string Policy);
