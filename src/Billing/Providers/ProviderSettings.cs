using Heretix.Billing.Plans;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers;

/// <summary>Which providers are set up: their keys and prices, out of the server's variables.</summary>
internal sealed class ProviderSettings
{
    private readonly Dictionary<string, string> planOfPrice = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> priceOfPlan = new(StringComparer.Ordinal);

    public ProviderSettings(ServerSettings settings, IOptions<ProviderOptions> options)
    {
        StripeKey = settings.Configuration["STRIPE_SECRET"];
        StripeWebhookSecrets = SecretList.Parse(settings.Configuration["STRIPE_WEBHOOK_SECRET"]);
        RazorpayKeyId = settings.Configuration["RAZORPAY_KEY_ID"];
        RazorpayKeySecret = settings.Configuration["RAZORPAY_KEY_SECRET"];
        RazorpayWebhookSecrets = SecretList.Parse(settings.Configuration["RAZORPAY_WEBHOOK_SECRET"]);
        RevenueCatSecrets = SecretList.Parse(settings.Configuration["REVENUECAT_WEBHOOK_SECRET"]);
        foreach (var plan in PlanNames.Paid)
        {
            // The first is sold; the others are those of earlier buyers.
            foreach (var price in SecretList.Parse(settings.Configuration[VariableOf(plan)]))
            {
                priceOfPlan.TryAdd(plan, price);
                planOfPrice.TryAdd(price, plan);
            }
        }
        SellsByStripe = !string.IsNullOrEmpty(StripeKey);
        SellsByRazorpay = !string.IsNullOrEmpty(RazorpayKeyId) && !string.IsNullOrEmpty(RazorpayKeySecret);
        SellsByTest =
            !settings.IsProduction && !SellsByStripe && (options.Value.TestProvider ?? settings.Environment == "local");
        TakesSandbox = options.Value.RevenueCatSandbox ?? !settings.IsProduction;
        var application = settings.AppUrl.AbsoluteUri.TrimEnd('/');
        SuccessUrl = application + options.Value.SuccessPath;
        CancelUrl = application + options.Value.CancelPath;
        PortalReturnUrl = application + options.Value.PortalReturnPath;
    }

    /// <summary>Stripe's secret key; null when Stripe is not set up.</summary>
    public string? StripeKey { get; }

    public IReadOnlyList<string> StripeWebhookSecrets { get; }

    /// <summary>Razorpay's public key id, which its checkout needs in the browser; null when Razorpay is not set up.</summary>
    public string? RazorpayKeyId { get; }

    /// <summary>The secret that belongs to it; it also signs what the checkout hands over.</summary>
    public string? RazorpayKeySecret { get; }

    public IReadOnlyList<string> RazorpayWebhookSecrets { get; }

    public IReadOnlyList<string> RevenueCatSecrets { get; }

    public bool SellsByStripe { get; }

    /// <summary>Whether coins are sold by Razorpay; plans are not.</summary>
    public bool SellsByRazorpay { get; }

    /// <summary>Whether the test provider gives plans and coins away.</summary>
    public bool SellsByTest { get; }

    /// <summary>Whether purchases in the sandbox of a store count.</summary>
    public bool TakesSandbox { get; }

    public string SuccessUrl { get; }

    public string CancelUrl { get; }

    public string PortalReturnUrl { get; }

    /// <summary>Stripe's price at which a plan is sold; null when it is not.</summary>
    public string? PriceOf(string plan) => priceOfPlan.GetValueOrDefault(plan);

    /// <summary>The plan of one of Stripe's prices; null when it is none of ours.</summary>
    public string? PlanOf(string? price) => price is null ? null : planOfPrice.GetValueOrDefault(price);

    /// <summary>The plans that can be bought, the lowest first.</summary>
    public IReadOnlyList<string> Sold =>
        SellsByStripe ? [.. PlanNames.Paid.Where(priceOfPlan.ContainsKey)]
        : SellsByTest ? PlanNames.Paid
        : [];

    public static string VariableOf(string plan) => "STRIPE_PRICE_" + plan.ToUpperInvariant();
}
