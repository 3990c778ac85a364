using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>Sends Stripe's events to a server's webhook, signed.</summary>
public static class StripeDeliveries
{
    /// <summary>The secret of the webhook.</summary>
    public const string Secret = "whsec_of_the_stub";

    /// <summary>The header for a body that is signed at a moment.</summary>
    public static string Sign(string body, DateTimeOffset at, string secret = Secret)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes($"{seconds}.{body}")
        );
        return $"t={seconds},v1={Convert.ToHexStringLower(signature)}";
    }

    /// <summary>Delivers an event once, and gives the answer.</summary>
    public static Task<HttpResponseMessage> DeliverAsync(
        this StripeStub stripe,
        HttpClient server,
        StripeEvent happened
    ) => DeliverAsync(server, happened.Body, Sign(happened.Body, stripe.Clock.GetUtcNow()));

    /// <summary>Delivers an event, and again until it is taken, as Stripe does; a minute at most.</summary>
    public static async Task DeliverUntilTakenAsync(this StripeStub stripe, HttpClient server, StripeEvent happened)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var answer = await stripe.DeliverAsync(server, happened);
            if (answer.IsSuccessStatusCode)
                return;
            ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(500, await answer.Content.ReadAsStringAsync());
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Posts a body with a header.</summary>
    public static async Task<HttpResponseMessage> DeliverAsync(HttpClient server, string body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/stripe/webhook")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (signature is not null)
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        return await server.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
