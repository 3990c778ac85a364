using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heretix.Billing.Events.Sources;
using Heretix.Billing.Orders.Razorpay;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>Our signatures meet those of the providers' own npm packages, in both directions.</summary>
public sealed class OfficialPackagesTests(PostgresCluster postgres)
{
    /// <summary>Letters beyond ASCII, so that bytes are signed and not characters.</summary>
    private const string Body =
        """{"id":"evt_1","object":"event","type":"a.b","created":1,"data":{"object":{"name":"Zoë, ünder ₹ 500"}}}""";

    private const string Secret = "whsec_S0me$ecret=";

    [Fact]
    public async Task What_stripe_signs_is_accepted_by_the_server()
    {
        await using var shop = await Shop.OpenAsync(
            postgres,
            options: ("STRIPE_WEBHOOK_SECRET", $"whsec_next,{Secret}")
        );
        var header = await AskAsync("stripe-sign", secret: Secret, timestamp: Shop.Opening.ToUnixTimeSeconds());
        using var client = shop[0].Client();
        using var answer = await StripeDeliveries.DeliverAsync(client, Body, header.GetString());
        ((int)answer.StatusCode).ShouldBe(
            200,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        (await shop.OutcomesAsync()).ShouldBe(["a.b: ignored"]);
    }

    [Fact]
    public async Task What_the_stub_signs_stripe_accepts_and_what_is_wrong_both_refuse()
    {
        var now = TimeProvider.System.GetUtcNow();
        var good = StripeDeliveries.Sign(Body, now, Secret);
        (await AskAsync("stripe-verify", good, Secret)).GetString().ShouldBe("evt_1");
        Ours(good, now).ShouldBe(SenderProof.Good);
        foreach (
            var wrong in (string[])
                [
                    StripeDeliveries.Sign(Body + " ", now, Secret),
                    "t=1",
                    StripeDeliveries.Sign(Body, now.AddSeconds(-400), Secret),
                ]
        )
        {
            (await AskAsync("stripe-verify", wrong, Secret)).GetString().ShouldBe("StripeSignatureVerificationError");
            Ours(wrong, now).ShouldNotBe(SenderProof.Good);
        }
    }

    [Fact]
    public async Task Razorpay_agrees()
    {
        var good = Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Body))
        );
        var wrong = good[..^1] + (good[^1] == '0' ? '1' : '0');
        foreach (var (header, valid) in ((string, bool)[])[(good, true), (wrong, false)])
        {
            (await AskAsync("razorpay-verify", header, Secret)).GetBoolean().ShouldBe(valid);
            RazorpaySignature
                .Check(header, Encoding.UTF8.GetBytes(Body), [Secret])
                .ShouldBe(valid ? SenderProof.Good : SenderProof.Wrong);
        }
    }

    [Fact]
    public async Task Razorpay_agrees_on_what_its_checkout_hands_over()
    {
        const string Paid = "order_EKwxwAgItmmXdp|pay_29QQoUBi66xm2f";
        var good = RazorpayDeliveries.Sign(Paid, Secret);
        var wrong = good[..^1] + (good[^1] == '0' ? '1' : '0');
        foreach (var (signature, valid) in ((string, bool)[])[(good, true), (wrong, false)])
        {
            (await AskAsync("razorpay-payment", signature, Secret, body: Paid)).GetBoolean().ShouldBe(valid);
            RazorpayPaymentSignature
                .Check(signature, Paid.Split('|')[0], Paid.Split('|')[1], Secret)
                .ShouldBe(valid);
        }
    }

    private static SenderProof Ours(string header, DateTimeOffset now) =>
        StripeSignature.Check(header, Encoding.UTF8.GetBytes(Body), [Secret], now);

    private static async Task<JsonElement> AskAsync(
        string action,
        string? header = null,
        string? secret = null,
        long? timestamp = null,
        string body = Body
    )
    {
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sign.mjs"));
        using var node = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        await node.StandardInput.WriteAsync(
            JsonSerializer.Serialize(
                new
                {
                    action,
                    body,
                    secret,
                    header,
                    timestamp,
                },
                JsonSerializerOptions.Default
            )
        );
        node.StandardInput.Close();
        var (said, wrong) = (
            await node.StandardOutput.ReadToEndAsync(stop),
            await node.StandardError.ReadToEndAsync(stop)
        );
        await node.WaitForExitAsync(stop);
        node.ExitCode.ShouldBe(0, $"npm ci fetches the packages of package.json.\n{wrong}");
        return JsonElement.Parse(said).GetProperty("answer");
    }
}
