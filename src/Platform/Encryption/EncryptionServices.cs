using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Encryption;

internal static class EncryptionServices
{
    public static IServiceCollection AddEncryption(this IServiceCollection services, ServerSettings settings)
    {
        // Told with everything else that is wrong, before anything is served.
        foreach (var problem in EncryptionKeys.Problems(settings))
            services.AddOptions<EncryptionOptions>().Validate(_ => false, problem).ValidateOnStart();
        services.AddSingleton(_ => new FieldCipher(EncryptionKeys.Load(settings)));
        services.AddSingleton<IFieldCipher>(provider => provider.GetRequiredService<FieldCipher>());
        services.AddSingleton<IReencryption, KeyRingReencryption>();
        services.AddSingleton(provider => new KeyRotation(
            provider.GetRequiredService<DatabaseConnections>(),
            [
                .. provider
                    .GetServices<EncryptedColumn>()
                    .Select(column => new ColumnReencryption(column, provider.GetRequiredService<FieldCipher>())),
                .. provider.GetServices<IReencryption>(),
            ]
        ));

        // The name separates what we protect from what other programs with the same ring would.
        services.AddDataProtection().SetApplicationName("heretix");
        services.AddSingleton<KeyRing>();
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<KeyRing, IFieldCipher>(
                (options, ring, cipher) =>
                    (options.XmlRepository, options.XmlEncryptor) = (ring, new KeyRingEncryptor(cipher))
            );
        return services;
    }

    /// <summary>The part of the model in which the key ring lives.</summary>
    public static void BuildKeyRing(this ModelBuilder model) => model.ApplyConfiguration(new RingKeyMapping());
}

/// <summary>Carries what is wrong with the keys to the checks at start.</summary>
internal sealed class EncryptionOptions;
