using System.Security.Cryptography;
using System.Xml.Linq;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Encryption;

/// <summary>What is looked at before a server with a key begins to write with it.</summary>
public static class EncryptionStart
{
    /// <summary>
    /// Refuses keys that read nothing of what this database holds: what would be written with them nobody could read later
    /// together with the rest. An empty database takes any key.
    /// </summary>
    /// <param name="services">The services of the server, whose database has its tables.</param>
    /// <exception cref="ConfigurationException">There is a key ring, and none of the keys reads it.</exception>
    public static async Task RequireReadableAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var cipher = services.GetRequiredService<IFieldCipher>();
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var ring = await db.Set<RingKey>().AsNoTracking().Select(key => key.Xml).ToListAsync(cancellationToken);
        var sealedParts = ring.SelectMany(xml => XElement.Parse(xml).Descendants(KeyRingEncryptor.Element)).ToList();
        if (sealedParts.Count == 0 || sealedParts.Exists(part => Opens(cipher, part)))
            return;
        throw new ConfigurationException([
            "ENCRYPTION_KEY: none of its keys reads what this database holds; start with the keys that were used before "
                + "(without the variable that is the file encryption.key in the data folder).",
        ]);
    }

    private static bool Opens(IFieldCipher cipher, XElement part)
    {
        try
        {
            KeyRingEncryptor.Open(cipher, part);
            return true;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or FormatException)
        {
            return false;
        }
    }
}
