using System.Security.Cryptography;
using System.Text;

namespace Heretix.Billing.Events.Sources;

/// <summary>
/// Razorpay's signature of a webhook: HMAC-SHA256 over the raw body in hex, keyed with the webhook's secret. It carries no
/// time. Source: razorpay.com/docs/webhooks/validate-test.
/// </summary>
internal static class RazorpaySignature
{
    /// <summary>Whether it is one of the secrets'.</summary>
    public static SenderProof Check(string? header, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        if (string.IsNullOrEmpty(header))
            return SenderProof.Missing;
        if (Hex.Read(header) is not { } signature)
            return SenderProof.Wrong;
        var good = false;
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
            good |= CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body),
                signature
            );
        return good ? SenderProof.Good : SenderProof.Wrong;
    }
}
