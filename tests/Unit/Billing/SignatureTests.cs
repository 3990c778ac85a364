using System.Security.Cryptography;
using System.Text;
using Heretix.Billing.Events.Sources;

namespace Heretix.Tests.Unit.Billing;

/// <summary>Who is believed to be a provider.</summary>
public sealed class SignatureTests
{
    private const string Body = """{"id":"evt_1"}""";
    private const long At = 1_769_850_000;
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(At);
    private static readonly string[] Secrets = ["new", "old"];

    public static TheoryData<string?, string> StripeHeaders =>
        new()
        {
            { null, "Missing" },
            { "", "Missing" },
            { $"t={At},v1={Stripe("new")}", "Good" },
            { $"t={At},v1={Stripe("old")}", "Good" },
            { $"v1={Stripe("old")},t={At}", "Good" },
            { $"t={At}, v1={Stripe("other")}, v1={Stripe("new")}", "Good" },
            { $"t={At},v1={Stripe("new").ToUpperInvariant()}", "Good" },
            { $"t={At},v1={Stripe("other")}", "Wrong" },
            { $"t={At},v1={Stripe("")}", "Wrong" },
            { $"t={At},v0={Stripe("new")}", "Wrong" },
            { $"t={At},v1={Stripe("new")[..63]}", "Wrong" },
            { $"t={At},v1={Stripe("new")[..62]}zz", "Wrong" },
            { $"t={At + 1},v1={Stripe("new")}", "Wrong" },
            { $"v1={Stripe("new")}", "Wrong" },
            { $"t=,v1={Stripe("new")}", "Wrong" },
            { $"t=-{At},v1={Stripe("new")}", "Wrong" },
            { $"t={long.MaxValue},v1={Stripe("new", long.MaxValue)}", "Wrong" },
            { $"t={At - 300},v1={Stripe("new", At - 300)}", "Good" },
            { $"t={At - 301},v1={Stripe("new", At - 301)}", "Late" },
            { $"t={At + 300},v1={Stripe("new", At + 300)}", "Good" },
            { $"t={At + 301},v1={Stripe("new", At + 301)}", "Late" },
            { "nonsense", "Wrong" },
        };

    [Theory]
    [MemberData(nameof(StripeHeaders))]
    public void Stripe_signs_time_and_body(string? header, string proof) =>
        StripeSignature.Check(header, Encoding.UTF8.GetBytes(Body), Secrets, Now).ToString().ShouldBe(proof);

    [Fact]
    public void No_secret_accepts_nothing()
    {
        foreach (
            var secrets in (string[][])
                [
                    [],
                    [""],
                ]
        )
        {
            StripeSignature
                .Check($"t={At},v1={Stripe("")}", Encoding.UTF8.GetBytes(Body), secrets, Now)
                .ShouldBe(SenderProof.Wrong);
            RazorpaySignature.Check(Hmac("", Body), Encoding.UTF8.GetBytes(Body), secrets).ShouldBe(SenderProof.Wrong);
            BearerSecret.Check("Bearer ", secrets).ShouldBe(SenderProof.Wrong);
        }
    }

    [Theory]
    [InlineData(null, "Missing")]
    [InlineData("", "Missing")]
    [InlineData("Basic bmV3", "Missing")]
    [InlineData("new", "Missing")]
    [InlineData("Bearer new", "Good")]
    [InlineData("bearer old", "Good")]
    [InlineData("Bearer  new ", "Good")]
    [InlineData("Bearer New", "Wrong")]
    [InlineData("Bearer ", "Wrong")]
    [InlineData("Bearer new,old", "Wrong")]
    public void RevenueCat_shows_the_secret(string? header, string proof) =>
        BearerSecret.Check(header, Secrets).ToString().ShouldBe(proof);

    [Fact]
    public void Razorpay_signs_the_body()
    {
        var body = Encoding.UTF8.GetBytes(Body);
        RazorpaySignature.Check(Hmac("old", Body), body, Secrets).ShouldBe(SenderProof.Good);
        RazorpaySignature.Check(Hmac("other", Body), body, Secrets).ShouldBe(SenderProof.Wrong);
        RazorpaySignature.Check("zz", body, Secrets).ShouldBe(SenderProof.Wrong);
        RazorpaySignature.Check(null, body, Secrets).ShouldBe(SenderProof.Missing);
    }

    private static string Stripe(string secret, long at = At) => Hmac(secret, $"{at}.{Body}");

    private static string Hmac(string secret, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
