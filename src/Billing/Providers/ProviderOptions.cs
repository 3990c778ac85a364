using System.ComponentModel.DataAnnotations;

namespace Heretix.Billing.Providers;

/// <summary>Options of the payment providers, under <c>Heretix:Billing</c>.</summary>
public sealed class ProviderOptions
{
    private const string PathRule = "^/([^/].*)?$";

    /// <summary>How long one attempt at asking a provider may take. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProviderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a provider is asked in all, when repeating does no harm. Default 3.</summary>
    [Range(1, 10)]
    public int ProviderAttempts { get; set; } = 3;

    /// <summary>The wait before a provider is asked again; doubled each time. Default half a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ProviderRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where Stripe's interface is. Default <c>https://api.stripe.com</c>; another is for tests.</summary>
    public Uri StripeAddress { get; set; } = new("https://api.stripe.com");

    /// <summary>Where Razorpay's interface is. Default <c>https://api.razorpay.com</c>; another is for tests.</summary>
    public Uri RazorpayAddress { get; set; } = new("https://api.razorpay.com");

    /// <summary>Where in the web application people come back to after paying, after <c>APP_URL</c>.</summary>
    [RegularExpression(PathRule, ErrorMessage = "SuccessPath must be a path that begins with one slash.")]
    public string SuccessPath { get; set; } = "/billing/success";

    /// <summary>Where they come back to when they do not pay.</summary>
    [RegularExpression(PathRule, ErrorMessage = "CancelPath must be a path that begins with one slash.")]
    public string CancelPath { get; set; } = "/billing/cancel";

    /// <summary>Where they come back to from the portal.</summary>
    [RegularExpression(PathRule, ErrorMessage = "PortalReturnPath must be a path that begins with one slash.")]
    public string PortalReturnPath { get; set; } = "/billing";

    /// <summary>Stripe's portal configuration (<c>bpc_...</c>); the account's own when empty.</summary>
    public string StripePortal { get; set; } = "";

    /// <summary>RevenueCat's entitlement that opens the plan starter. Default <c>standard_access</c>.</summary>
    public string RevenueCatStarter { get; set; } = "standard_access";

    /// <summary>The one that opens core; none when empty.</summary>
    public string RevenueCatCore { get; set; } = "";

    /// <summary>The one that opens pro. Default <c>pro_access</c>.</summary>
    public string RevenueCatPro { get; set; } = "pro_access";

    /// <summary>
    /// Whether purchases in the sandbox of a store count, which cost nothing. Default: not in production.
    /// </summary>
    public bool? RevenueCatSandbox { get; set; }

    /// <summary>
    /// Whether plans and coins are sold by the built-in test provider, for nothing. Default: in <c>local</c>, when Stripe is not set
    /// up. Refused in production.
    /// </summary>
    public bool? TestProvider { get; set; }

    /// <summary>How long the contents of events are kept; that they came is kept for good. Default 90 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan EventRetention { get; set; } = TimeSpan.FromDays(90);
}
