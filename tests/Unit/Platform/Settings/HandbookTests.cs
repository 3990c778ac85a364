using System.Reflection;
using Heretix.Accounts;
using Heretix.Billing;
using Heretix.Checks;
using Heretix.Platform;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Tests.Unit.Platform.Settings;

/// <summary>The handbook of the configuration leaves nothing out.</summary>
public sealed class HandbookTests
{
    private static readonly string Handbook = File.ReadAllText(Path.Combine(Root(), "docs", "configuration.md"));

    /// <summary>What is bound in another way, and described in its own words there.</summary>
    private static readonly string[] Described =
    [
        "LimitOptions",
        "PlansOptions",
        "PlanOptions",
        "EncryptionOptions",
        "PrivateClusterOptions",
    ];

    public static TheoryData<string> Options =>
        [
            .. new[] { typeof(PlatformModule), typeof(AccountsModule), typeof(BillingModule), typeof(ChecksModule) }
                .SelectMany(room => room.Assembly.GetTypes())
                .Where(type =>
                    type.Name.EndsWith("Options", StringComparison.Ordinal) && !Described.Contains(type.Name)
                )
                .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                .Where(property => property.SetMethod?.IsPublic == true)
                .Select(property => $"{property.DeclaringType!.FullName!.Split('.')[1]}:{property.Name}")
                .Distinct(),
        ];

    [Fact]
    public void Every_variable_is_in_it() =>
        Variable.All.ShouldAllBe(variable => Handbook.Contains($"`{variable.Name}`", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_of_a_room_is_in_it(string option) => Handbook.ShouldContain($"| `Heretix:{option}` |");

    /// <summary>What the handbook describes can be set: none of it is taken for a misspelling.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_of_a_room_is_read(string option) =>
        Misspelt($"Heretix:{option}").ShouldBeEmpty("its class is not registered by AddKnownOptions");

    [Theory]
    [InlineData("Heretix:Platform:TrustedProxie", "did you mean Heretix:Platform:TrustedProxies?")]
    [InlineData("Heretix:Platform:CorsOrigin:0", "did you mean Heretix:Platform:CorsOrigins?")]
    [InlineData("Heretix:Acounts:SessionDays", "did you mean Heretix:Accounts?")]
    [InlineData("Heretix:Accounts:Session:Days", "there is no such option")]
    [InlineData("Heretix:SessionDays", "Heretix:SessionDays: there is no such option.")]
    public void A_name_that_nobody_reads_is_refused_with_the_one_that_was_meant(string option, string says) =>
        Misspelt(option).ShouldHaveSingleItem().ShouldContain(says);

    [Theory]
    [InlineData("heretix:platform:corsorigins:0")]
    [InlineData("Heretix:Limits:Exempt")]
    [InlineData("Heretix:Billing:Plans:Trial:Checks")]
    [InlineData("Unrelated:Name")]
    public void A_name_that_is_read_is_taken_in_any_case(string option) => Misspelt(option).ShouldBeEmpty();

    private static IReadOnlyList<string> Misspelt(string option)
    {
        var settings = new ServerSettings
        {
            Environment = "test",
            DataFolder = Path.GetTempPath(),
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?> { [option] = "1" })
                .Build(),
        };
        var services = new ServiceCollection();
        services.AddModules(Heretix.Server.HeretixServer.Modules, settings);
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<ISettingsCheck>().OfType<MisspeltOptions>().Single().Problems(settings)];
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Heretix.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
