using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Cache;

internal static class CacheServices
{
    public static IServiceCollection AddCache(this IServiceCollection services, ServerSettings settings) => services;
}
