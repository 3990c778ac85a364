using System.Buffers.Text;
using System.Security.Cryptography;
using Heretix.Platform.Encryption;

namespace Heretix.Billing.Orders.Testing;

/// <summary>Writes the id of an order into an address, sealed: whoever has the address may pay, as with a real provider.</summary>
internal sealed class TestOrderTickets(IFieldCipher cipher)
{
    private const string Purpose = "billing.test_order";
    private const int Longest = 500;

    public string Write(Guid order) => Base64Url.EncodeToString(cipher.Encrypt(order.ToByteArray(), Purpose));

    /// <summary>The order; null when the ticket was not written here.</summary>
    public Guid? Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest || !Base64Url.IsValid(text))
            return null;
        try
        {
            return cipher.Decrypt(Base64Url.DecodeFromChars(text), Purpose) is { Length: 16 } id ? new Guid(id) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
