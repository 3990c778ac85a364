using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Platform.Encryption;

namespace Heretix.Billing.Providers.Testing;

/// <summary>What an address of the test provider is good for; whoever has the address may use it, as with a real provider.</summary>
/// <param name="UserId">For whom.</param>
/// <param name="Plan">The plan to subscribe to; null for the portal.</param>
/// <param name="Expires">Until when.</param>
internal sealed record TestTicket(
    [property: JsonPropertyName("user")] Guid UserId,
    [property: JsonPropertyName("plan")] string? Plan,
    [property: JsonPropertyName("expires")] DateTimeOffset Expires
);

/// <summary>Writes tickets into addresses, sealed, so that nothing has to be stored.</summary>
internal sealed class TestTickets(IFieldCipher cipher, TimeProvider time)
{
    private const string Purpose = "billing.test_ticket";
    private const int Longest = 2000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public string Write(Guid userId, string? plan) =>
        Base64Url.EncodeToString(
            cipher.Encrypt(
                JsonSerializer.SerializeToUtf8Bytes(
                    new TestTicket(userId, plan, time.GetUtcNow() + Lifetime),
                    BillingJson.Default.TestTicket
                ),
                Purpose
            )
        );

    /// <summary>The ticket; null when it was not written here, or has expired.</summary>
    public TestTicket? Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest || !Base64Url.IsValid(text))
            return null;
        try
        {
            var ticket = JsonSerializer.Deserialize(
                cipher.Decrypt(Base64Url.DecodeFromChars(text), Purpose),
                BillingJson.Default.TestTicket
            );
            return ticket?.Expires > time.GetUtcNow() ? ticket : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
