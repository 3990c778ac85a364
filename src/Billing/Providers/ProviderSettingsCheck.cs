using Heretix.Billing.Plans;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers;

/// <summary>What does not fit together among keys, secrets and prices.</summary>
internal sealed class ProviderSettingsCheck(IOptions<ProviderOptions> options) : ISettingsCheck
{
    public IEnumerable<string> Problems(ServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var values = settings.Configuration;
        var sells = !string.IsNullOrEmpty(values["STRIPE_SECRET"]);
        foreach (
            var (name, address) in ((string, Uri)[])
                [
                    (nameof(ProviderOptions.StripeAddress), options.Value.StripeAddress),
                    (nameof(ProviderOptions.RazorpayAddress), options.Value.RazorpayAddress),
                ]
        )
        {
            if (
                settings.Environment is not ("local" or "test")
                && address is not { IsAbsoluteUri: true, Scheme: "https" }
            )
                yield return $"Heretix:Billing:{name}: it must begin with https://, or the key would travel in clear.";
            else if (address is not { IsAbsoluteUri: true, Scheme: "https" or "http" })
                yield return $"Heretix:Billing:{name}: write it as https://host.";
        }
        var (razorpay, razorpaySecret) = (values["RAZORPAY_KEY_ID"], values["RAZORPAY_KEY_SECRET"]);
        if (string.IsNullOrEmpty(razorpay) != string.IsNullOrEmpty(razorpaySecret))
            yield return "RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET: set both or neither; one does not work without the other.";
        else if (
            settings.IsProduction
            && !string.IsNullOrEmpty(razorpay)
            && SecretList.Parse(values["RAZORPAY_WEBHOOK_SECRET"]).Count == 0
        )
            yield return "RAZORPAY_WEBHOOK_SECRET: without it refunds and disputes at Razorpay would take no coins back.";
        if (options.Value.TestProvider is true && settings.IsProduction)
            yield return "Heretix:Billing:TestProvider: production does not give plans away, nor coins; leave it out.";
        if (options.Value.TestProvider is true && sells)
            yield return "Heretix:Billing:TestProvider and STRIPE_SECRET are both set: plans are sold by one of them.";
        if (settings.IsProduction && sells && SecretList.Parse(values["STRIPE_WEBHOOK_SECRET"]).Count == 0)
            yield return "STRIPE_WEBHOOK_SECRET: without it nobody gets what they paid for; Stripe shows it with the webhook.";
        if (
            settings.IsProduction
            && sells
            && PlanNames.Paid.All(plan => SecretList.Parse(values[ProviderSettings.VariableOf(plan)]).Count == 0)
        )
            yield return "STRIPE_PRICE_STARTER, STRIPE_PRICE_CORE or STRIPE_PRICE_PRO: name the price of at least one plan.";
        foreach (var twice in Twice(settings))
            yield return twice;
    }

    private static IEnumerable<string> Twice(ServerSettings settings) =>
        PlanNames
            .Paid.SelectMany(plan =>
                SecretList
                    .Parse(settings.Configuration[ProviderSettings.VariableOf(plan)])
                    .Distinct(StringComparer.Ordinal)
                    .Select(price => (Price: price, Plan: plan))
            )
            .GroupBy(pair => pair.Price, pair => pair.Plan, StringComparer.Ordinal)
            .Where(plans => plans.Count() > 1)
            .Select(plans =>
                $"{string.Join(" and ", plans.Select(ProviderSettings.VariableOf))} name the same price; each plan needs its own."
            );
}
