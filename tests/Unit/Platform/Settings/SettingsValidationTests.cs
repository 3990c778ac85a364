using System.ComponentModel.DataAnnotations;
using Heretix.Platform.Encryption;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Tests.Unit.Platform.Settings;

/// <summary>Problems of all rooms are reported together.</summary>
public sealed class SettingsValidationTests
{
    [Fact]
    public void Problems_of_reading_of_rooms_and_of_options_stand_in_one_list()
    {
        var reading = Reading(
            new()
            {
                ["APP_ENV"] = "moon",
                ["Heretix:Small:Lanes"] = "99",
                ["Heretix:Other:Width"] = "-1",
            }
        );
        using var services = new ServiceCollection()
            .AddSingleton<ISettingsCheck, Room>()
            .AddOptions<Small>()
            .Bind(reading.Settings.Configuration.GetSection("Heretix:Small"))
            .ValidateDataAnnotations()
            .ValidateOnStart()
            .Services.AddOptions<Other>()
            .Bind(reading.Settings.Configuration.GetSection("Heretix:Other"))
            .ValidateDataAnnotations()
            .ValidateOnStart()
            .Services.BuildServiceProvider();

        var refusal = Should.Throw<ConfigurationException>(() => SettingsValidation.Require(reading, services));
        refusal.Problems.ShouldContain(problem => problem.StartsWith("APP_ENV: 'moon'", StringComparison.Ordinal));
        refusal.Problems.ShouldContain("CLERK_ISSUER: the room does not like it.");
        refusal.Problems.ShouldContain(problem => problem.Contains("Lanes", StringComparison.Ordinal));
        refusal.Problems.ShouldContain(problem => problem.Contains("Width", StringComparison.Ordinal));
        refusal.Message.ShouldStartWith($"The configuration has {refusal.Problems.Count} problems:\n  - ");
    }

    [Fact]
    public void Production_with_nothing_else_is_told_everything_that_is_missing_at_once()
    {
        var reading = Reading(new() { ["APP_ENV"] = "prod" });
        using var services = new ServiceCollection().AddEncryption(reading.Settings).BuildServiceProvider();
        var problems = Should
            .Throw<ConfigurationException>(() => SettingsValidation.Require(reading, services))
            .Problems;
        foreach (
            var name in new[] { "ENCRYPTION_KEY", "DATABASE_URL", "API_URL", "APP_URL", "POSTMARK_TOKEN or SMTP_HOST" }
        )
            problems.ShouldContain(problem => problem.StartsWith(name, StringComparison.Ordinal));
        problems.Count.ShouldBe(5);
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_a_problem_and_no_crash()
    {
        var reading = Reading(new() { ["Heretix:Small:Lanes"] = "many" });
        using var services = new ServiceCollection()
            .AddOptions<Small>()
            .Bind(reading.Settings.Configuration.GetSection("Heretix:Small"))
            .ValidateOnStart()
            .Services.BuildServiceProvider();
        Should
            .Throw<ConfigurationException>(() => SettingsValidation.Require(reading, services))
            .Problems.ShouldHaveSingleItem()
            .ShouldContain("Heretix:Small:Lanes");
    }

    [Fact]
    public void Nothing_is_said_when_all_is_well()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        Should.NotThrow(() => SettingsValidation.Require(Reading([]), services));
    }

    private static SettingsReading Reading(Dictionary<string, string?> values) =>
        ServerSettingsReader.Read(
            new ConfigurationBuilder().AddInMemoryCollection(values).Build(),
            new SettingsOverrides()
        );

    private sealed class Room : ISettingsCheck
    {
        public IEnumerable<string> Problems(ServerSettings settings) => ["CLERK_ISSUER: the room does not like it."];
    }

    private sealed class Small
    {
        [Range(1, 8)]
        public int Lanes { get; set; } = 2;
    }

    private sealed class Other
    {
        [Range(0, 4)]
        public int Width { get; set; }
    }
}
