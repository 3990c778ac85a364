using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Encryption;

/// <summary>Encrypts what is secret in the key ring with the field key.</summary>
internal sealed class KeyRingEncryptor(IFieldCipher cipher) : IXmlEncryptor
{
    public const string Purpose = "accounts.data_protection_keys.xml";

    public static readonly XName Element = "fieldEncrypted";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(new XElement(Element, Seal(cipher, plaintextElement)), typeof(KeyRingDecryptor));

    public static string Seal(IFieldCipher cipher, XElement element) =>
        Convert.ToBase64String(
            cipher.Encrypt(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), Purpose)
        );

    public static XElement Open(IFieldCipher cipher, XElement element) =>
        XElement.Parse(Encoding.UTF8.GetString(cipher.Decrypt(Convert.FromBase64String(element.Value), Purpose)));
}

/// <summary>The way back. Its name stands in the stored ring: it must not change.</summary>
internal sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        KeyRingEncryptor.Open(services.GetRequiredService<IFieldCipher>(), encryptedElement);
}

/// <summary>Encrypts the keys of the ring again.</summary>
internal sealed class KeyRingReencryption(FieldCipher cipher) : IReencryption
{
    public string Name => KeyRingEncryptor.Purpose;

    public async Task<RotationResult> RunAsync(HeretixDb db, Action<string> say, CancellationToken cancellationToken)
    {
        long reencrypted = 0;
        long unreadable = 0;
        foreach (var key in await db.Set<RingKey>().AsNoTracking().ToListAsync(cancellationToken))
        {
            var xml = XElement.Parse(key.Xml);
            var stale = xml.Descendants(KeyRingEncryptor.Element)
                .Where(element => cipher.IsStale(Convert.FromBase64String(element.Value)))
                .ToList();
            try
            {
                foreach (var element in stale)
                    element.Value = KeyRingEncryptor.Seal(cipher, KeyRingEncryptor.Open(cipher, element));
            }
            catch (CryptographicException)
            {
                unreadable++;
                continue;
            }
            if (stale.Count == 0)
                continue;
            var fresh = xml.ToString(SaveOptions.DisableFormatting);
            reencrypted += await db.Set<RingKey>()
                .Where(row => row.Id == key.Id && row.Xml == key.Xml)
                .ExecuteUpdateAsync(row => row.SetProperty(r => r.Xml, fresh), cancellationToken);
        }
        return new RotationResult(reencrypted, unreadable);
    }
}
