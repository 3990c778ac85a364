using Heretix.Billing;
using Heretix.Billing.Plans;
using Heretix.Billing.Usage;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Billing;

/// <summary>The plans and their configuration.</summary>
public sealed class PlanOptionsTests
{
    [Theory]
    [InlineData(PlanNames.Anonymous, "1", "0", 0)]
    [InlineData(PlanNames.Trial, "3", "10", 1)]
    [InlineData(PlanNames.Starter, "20", "100", 2)]
    [InlineData(PlanNames.Core, "100", "300", 2)]
    [InlineData(PlanNames.Pro, "750", "unlimited", 3)]
    public void Without_configuration_the_plans_are_those_of_the_price_list(
        string name,
        string checks,
        string solveSessions,
        int devices
    )
    {
        var plan = Plans.Usual[name];
        plan.AllowanceOf(Meters.Checks).ToString().ShouldBe(checks);
        plan.AllowanceOf(Meters.SolveSessions).ToString().ShouldBe(solveSessions);
        plan.Devices.ShouldBe(devices);
    }

    [Fact]
    public void What_is_configured_replaces_one_value_and_leaves_the_others()
    {
        var plans = Configured(
            ("Plans:core:SolveSessions", "unlimited"),
            ("Plans:pro:Checks", "5000"),
            ("Plans:trial:Checks", "0")
        );
        var catalogue = new PlanCatalogue(Options.Create(plans));
        catalogue["core"].ShouldBe(new Plan("core", 3, 100, Allowance.Unlimited, 2));
        catalogue["pro"].ShouldBe(new Plan("pro", 4, 5000, Allowance.Unlimited, 3));
        catalogue.Trial.Checks.ShouldBe(0);
    }

    [Fact]
    public void Every_mistake_in_the_plans_is_named_at_once()
    {
        var mistakes = Should.Throw<OptionsValidationException>(() =>
            Configured(
                ("Plans:gold:Checks", "7"),
                ("Plans:core:Check", "7"),
                ("Plans:core:Checks", "10"),
                ("Plans:pro:SolveSessions", "5"),
                ("Plans:trial:Devices", "-1"),
                ("RenewalGrace", "40.00:00:00"),
                ("UpgradePath", "https://elsewhere.example")
            )
        );
        mistakes.Failures.ShouldBe(
            [
                "DataAnnotation validation failed for 'BillingOptions' members: 'RenewalGrace' with the error: 'The field RenewalGrace must be between 00:00:00 and 31.00:00:00.'.",
                "DataAnnotation validation failed for 'BillingOptions' members: 'UpgradePath' with the error: 'UpgradePath must be a path that begins with one slash.'.",
                "Heretix:Billing:Plans:gold is not a plan; the plans are anonymous, trial, starter, core, pro.",
                "Heretix:Billing:Plans:core:Check is not an option of a plan; the options are Checks, SolveSessions, Devices.",
                "Heretix:Billing:Plans:trial:Devices is -1; it must be from 0 to 1000.",
                "Heretix:Billing:Plans:core:Checks is 10, less than the 20 of starter; a higher plan must allow at least as much.",
                "Heretix:Billing:Plans:pro:SolveSessions is 5, less than the 300 of core; a higher plan must allow at least as much.",
            ],
            ignoreOrder: true
        );
    }

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("")]
    [InlineData("99999999999")]
    public void An_allowance_is_a_number_or_unlimited(string text) =>
        Should.Throw<FormatException>(() => Allowance.Parse(text)).Message.ShouldContain("'unlimited'");

    [Fact]
    public void Unlimited_is_more_than_any_number()
    {
        (Allowance.Unlimited > int.MaxValue).ShouldBeTrue();
        (Allowance.Unlimited <= 5).ShouldBeFalse();
        ((Allowance)5 < 6).ShouldBeTrue();
        (Allowance.Unlimited >= Allowance.Unlimited).ShouldBeTrue();
    }

    [Fact]
    public void An_unknown_plan_or_meter_is_refused_with_the_names_that_there_are()
    {
        Should.Throw<ArgumentException>(() => Plans.Usual["gold"]).Message.ShouldContain("starter, core, pro");
        Should
            .Throw<ArgumentOutOfRangeException>(() => Plans.Usual.Trial.AllowanceOf("coins"))
            .Message.ShouldContain("checks and solve_sessions");
    }

    private static BillingOptions Configured(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.ToDictionary(v => "Heretix:Billing:" + v.Key, v => (string?)v.Value))
            .Build();
        var services = new ServiceCollection();
        new BillingModule().AddServices(
            services,
            new ServerSettings
            {
                DataFolder = "",
                AppUrl = new Uri("http://127.0.0.1:3000"),
                ApiUrl = new Uri("http://127.0.0.1:8000"),
                Configuration = configuration,
            }
        );
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<BillingOptions>>().Value;
    }
}
