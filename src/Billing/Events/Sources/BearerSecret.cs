using System.Security.Cryptography;
using System.Text;

namespace Heretix.Billing.Events.Sources;

/// <summary>RevenueCat's proof: the secret itself, as <c>Authorization: Bearer (secret)</c>.</summary>
internal static class BearerSecret
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether it is one of the secrets, found out in a time that tells nothing about them.</summary>
    public static SenderProof Check(string? header, IReadOnlyList<string> secrets)
    {
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return SenderProof.Missing;
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        var good = false;
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
            good |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), given);
        return good ? SenderProof.Good : SenderProof.Wrong;
    }
}
