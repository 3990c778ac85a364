using System.Security.Cryptography;
using System.Text;
using Heretix.Billing.Events.Sources;

namespace Heretix.Billing.Orders.Razorpay;

/// <summary>
/// What Razorpay's checkout hands to the browser when somebody paid: HMAC-SHA256 over <c>order_id|payment_id</c> in hex, keyed
/// with the key's secret. Source: razorpay.com/docs/payments/server-integration (payment verification).
/// </summary>
internal static class RazorpayPaymentSignature
{
    /// <summary>Whether the signature is one over this order and this payment.</summary>
    public static bool Check(string? signature, string order, string payment, string secret) =>
        Hex.Read(signature) is { } given
        && secret.Length > 0
        && CryptographicOperations.FixedTimeEquals(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{order}|{payment}")),
            given
        );
}
