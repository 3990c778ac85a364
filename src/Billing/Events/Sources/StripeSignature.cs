using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Billing.Events.Sources;

/// <summary>
/// Stripe's signature: <c>t=(seconds),v1=(hex)</c>, HMAC-SHA256 over <c>t.body</c>, keyed with the webhook's secret as it is
/// written. While a secret is replaced there is a <c>v1</c> for each, and here there may be several secrets too. Source:
/// docs.stripe.com/webhooks, "Verify webhook signatures manually".
/// </summary>
internal static class StripeSignature
{
    /// <summary>How far the time of signing may be from ours.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromSeconds(300);

    /// <summary>Whether one of the signatures is one of the secrets'.</summary>
    public static SenderProof Check(
        string? header,
        ReadOnlySpan<byte> body,
        IReadOnlyList<string> secrets,
        DateTimeOffset now
    )
    {
        if (string.IsNullOrEmpty(header))
            return SenderProof.Missing;
        string? seconds = null;
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal))
                seconds = part[2..];
            else if (part.StartsWith("v1=", StringComparison.Ordinal) && Hex.Read(part.AsSpan(3)) is { } signature)
                signatures.Add(signature);
        }
        if (
            signatures.Count == 0
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var signed)
            || signed > 253_402_300_799
        )
            return SenderProof.Wrong;

        byte[] message = [.. Encoding.ASCII.GetBytes(seconds + "."), .. body];
        var good = false;
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
        {
            var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message);
            foreach (var signature in signatures)
                good |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }
        if (!good)
            return SenderProof.Wrong;
        return (now - DateTimeOffset.FromUnixTimeSeconds(signed)).Duration() > Tolerance
            ? SenderProof.Late
            : SenderProof.Good;
    }
}
