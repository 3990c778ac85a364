using System.Security.Cryptography;
using System.Text;

namespace Heretix.Tests.Integration.Stubs.Razorpay;

/// <summary>Sends Razorpay's events to a server's webhook, signed, and signs what its checkout hands to the browser.</summary>
public static class RazorpayDeliveries
{
    public static string Sign(string body, string secret = RazorpayStub.WebhookSecret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    /// <summary>The signature of a payment.</summary>
    public static string SignPayment(string order, string payment) =>
        Sign($"{order}|{payment}", RazorpayStub.KeySecret);

    /// <summary>Delivers an event once, and gives the answer.</summary>
    public static async Task<HttpResponseMessage> DeliverAsync(
        HttpClient server,
        RazorpayEvent happened,
        string? signature = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/razorpay/webhook")
        {
            Content = new StringContent(happened.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Razorpay-Event-Id", happened.Id);
        request.Headers.Add("X-Razorpay-Signature", signature ?? Sign(happened.Body));
        return await server.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
