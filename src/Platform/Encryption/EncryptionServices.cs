using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Encryption;

internal static class EncryptionServices
{
    public static IServiceCollection AddEncryption(this IServiceCollection services, ServerSettings settings) =>
        services;
}
