using Heretix.Billing.Providers;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Billing;

/// <summary>Keys, prices and the test provider: what fits together, and what is refused before the server starts.</summary>
public sealed class ProviderSettingsTests
{
    [Theory]
    [InlineData("prod", "TestProvider", "production does not give plans away", "true")]
    [InlineData("prod", "StripeAddress", "https://", "http://127.0.0.1:1")]
    [InlineData("local", "StripeAddress", "write it as https://host", "ftp://127.0.0.1:1")]
    [InlineData("prod", "STRIPE_SECRET", "STRIPE_WEBHOOK_SECRET", "sk_1")]
    [InlineData("prod", "STRIPE_SECRET", "STRIPE_PRICE_STARTER", "sk_1")]
    public void What_does_not_fit_is_named(string environment, string name, string says, string value) =>
        Problems(environment, (name, value)).ShouldContain(problem => problem.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void A_price_is_that_of_one_plan_and_plans_are_sold_by_one_provider()
    {
        Problems("local", ("STRIPE_PRICE_CORE", "price_1,price_0"), ("STRIPE_PRICE_PRO", "price_2, price_0"))
            .ShouldHaveSingleItem()
            .ShouldContain("STRIPE_PRICE_CORE and STRIPE_PRICE_PRO name the same price");
        Problems("local", ("STRIPE_SECRET", "sk_1"), ("TestProvider", "true"))
            .ShouldHaveSingleItem()
            .ShouldContain("by one of them");
    }

    [Theory]
    [InlineData("local", null, "starter core pro")]
    [InlineData("test", null, "")]
    [InlineData("prod", null, "")]
    [InlineData("test", "true", "starter core pro")]
    [InlineData("local", "false", "")]
    public void Without_stripe_the_test_provider_sells_on_a_desk(string environment, string? option, string sold)
    {
        Problems(environment).ShouldBeEmpty();
        string.Join(' ', Settings(environment, ("TestProvider", option)).Sold).ShouldBe(sold);
    }

    [Fact]
    public void The_first_price_is_sold_and_all_are_known()
    {
        (string, string?)[] configured =
        [
            ("STRIPE_SECRET", "sk_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1 , whsec_0"),
            ("STRIPE_PRICE_CORE", "price_new, price_old"),
        ];
        Problems("prod", configured).ShouldBeEmpty();
        var settings = Settings("prod", configured);
        settings.Sold.ShouldBe(["core"]);
        settings.PriceOf("core").ShouldBe("price_new");
        settings.PriceOf("pro").ShouldBeNull();
        settings.PlanOf("price_old").ShouldBe("core");
        settings.PlanOf("price_x").ShouldBeNull();
        settings.PlanOf(null).ShouldBeNull();
        settings.StripeWebhookSecrets.ShouldBe(["whsec_1", "whsec_0"]);
        settings.TakesSandbox.ShouldBeFalse();
        settings.SuccessUrl.ShouldBe("https://app.example.org/billing/success");
    }

    private static List<string> Problems(string environment, params (string Name, string? Value)[] configured) =>
        [.. new ProviderSettingsCheck(OptionsOf(configured)).Problems(Server(environment, configured))];

    private static ProviderSettings Settings(string environment, params (string Name, string? Value)[] configured) =>
        new(Server(environment, configured), OptionsOf(configured));

    private static IOptions<ProviderOptions> OptionsOf((string Name, string? Value)[] configured)
    {
        var options = new ProviderOptions();
        foreach (var (name, value) in configured)
        {
            if (name == "TestProvider" && value is not null)
                options.TestProvider = bool.Parse(value);
            else if (name == "StripeAddress")
                options.StripeAddress = new Uri(value!);
        }
        return Options.Create(options);
    }

    private static ServerSettings Server(string environment, (string Name, string? Value)[] configured) =>
        new()
        {
            Environment = environment,
            DataFolder = "/nowhere",
            AppUrl = new Uri("https://app.example.org/"),
            ApiUrl = new Uri("https://api.example.org"),
            Configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(configured.Select(c => KeyValuePair.Create(c.Name, c.Value)))
                .Build(),
        };
}
