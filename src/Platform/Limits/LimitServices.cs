using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Limits;

/// <summary>What endpoints and rooms say about limits.</summary>
public static class LimitServices
{
    internal static IServiceCollection AddLimits(this IServiceCollection services, ServerSettings settings) => services;

    /// <summary>Holds requests to the limits of their endpoints. Comes after routing and after the caller is known.</summary>
    public static IApplicationBuilder UseLimits(this IApplicationBuilder app) => app;

    /// <summary>Names the policy of an endpoint; without one, everything under /api has <see cref="LimitNames.Api"/>.</summary>
    public static TBuilder Limit<TBuilder>(this TBuilder endpoint, string policy)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new LimitPolicyName(policy));
}

/// <summary>The policy that an endpoint asks for.</summary>
internal sealed record LimitPolicyName(string Policy);
