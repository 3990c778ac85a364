using System.Security.Cryptography;
using System.Text;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>Where Razorpay sends its events: signed, known again by the id in the header, and recorded.</summary>
public sealed class RazorpayWebhookTests(PostgresCluster postgres)
{
    private const string Secret = "razor";
    private const string Body =
        """{"event":"payment.captured","created_at":1769850000,"payload":{"payment":{"entity":{"id":"pay_1"}}}}""";

    [Fact]
    public async Task An_event_is_recorded_once()
    {
        await using var shop = await Shop.OpenAsync(postgres, options: ("RAZORPAY_WEBHOOK_SECRET", Secret));
        (await SendAsync(shop, "e1", Signature(Body))).ShouldBe(200);
        (await SendAsync(shop, "e1", Signature(Body))).ShouldBe(200);
        (await SendAsync(shop, "e2", Signature(Body))).ShouldBe(200);
        (await SendAsync(shop, "e3", Signature(Body + " "))).ShouldBe(400);
        (await SendAsync(shop, "e3", null)).ShouldBe(400);
        (await SendAsync(shop, null, Signature(Body))).ShouldBe(400, "without an id it could not be known again");
        (await SendAsync(shop, "e3", Signature("[]"), "[]")).ShouldBe(400);
        (
            await shop.ScalarAsync<string>(
                "select string_agg(event_id || deliveries, ' ' order by event_id) from billing.processed_webhook_events"
            )
        ).ShouldBe("e12 e21");
        (await shop.OutcomesAsync()).ShouldBe(["payment.captured: ignored", "payment.captured: ignored"]);
    }

    private static string Signature(string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)));

    private static async Task<int> SendAsync(Shop shop, string? id, string? signature, string body = Body)
    {
        using var client = shop[0].Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/razorpay/webhook")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (id is not null)
            request.Headers.Add("X-Razorpay-Event-Id", id);
        if (signature is not null)
            request.Headers.Add("X-Razorpay-Signature", signature);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
