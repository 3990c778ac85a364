using System.ComponentModel.DataAnnotations;
using Heretix.Platform.Encryption;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry.Logs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Tests.Unit.Platform.Settings;

/// <summary>Problems of all rooms are reported together.</summary>
public sealed class SettingsValidationTests
{
    [Fact]
    public async Task Problems_of_reading_of_rooms_and_of_options_stand_in_one_list()
    {
        var reading = Reading(
            new()
            {
                ["APP_ENV"] = "moon",
                ["Heretix:Small:Lanes"] = "99",
                ["Heretix:Other:Width"] = "-1",
            }
        );
        var refusal = await Should.ThrowAsync<ConfigurationException>(() =>
            SettingsValidation.RequireAsync(
                reading,
                (services, settings) => Rooms(services.AddSingleton<ISettingsCheck, Room>(), settings)
            )
        );
        refusal.Problems.ShouldContain(problem => problem.StartsWith("APP_ENV: 'moon'", StringComparison.Ordinal));
        refusal.Problems.ShouldContain("CLERK_ISSUER: the room does not like it.");
        refusal.Problems.ShouldContain(problem => problem.Contains("Lanes", StringComparison.Ordinal));
        refusal.Problems.ShouldContain(problem => problem.Contains("Width", StringComparison.Ordinal));
        refusal.Message.ShouldStartWith($"The configuration has {refusal.Problems.Count} problems:\n  - ");
    }

    [Fact]
    public async Task Production_with_nothing_else_is_told_everything_that_is_missing_at_once()
    {
        var reading = Reading(new() { ["APP_ENV"] = "prod" });
        var problems = (
            await Should.ThrowAsync<ConfigurationException>(() =>
                SettingsValidation.RequireAsync(reading, (services, settings) => services.AddEncryption(settings))
            )
        ).Problems;
        foreach (
            var name in new[] { "ENCRYPTION_KEY", "DATABASE_URL", "API_URL", "APP_URL", "POSTMARK_TOKEN or SMTP_HOST" }
        )
            problems.ShouldContain(problem => problem.StartsWith(name, StringComparison.Ordinal));
        problems.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_value_of_the_wrong_type_is_a_problem_and_no_crash()
    {
        var reading = Reading(
            new()
            {
                ["Heretix:Small:Lanes"] = "many",
                ["Heretix:Small:Wait"] = "soon",
                ["Heretix:Other:Width"] = "99",
            }
        );
        var problems = (
            await Should.ThrowAsync<ConfigurationException>(() => SettingsValidation.RequireAsync(reading, Rooms))
        ).Problems;
        problems.ShouldContain("Heretix:Small:Lanes: 'many' is not a whole number.");
        problems.ShouldContain("Heretix:Small:Wait: 'soon' is not a time of the form 00:00:20.");
        problems.ShouldContain(problem => problem.Contains("Width", StringComparison.Ordinal));
        problems.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_level_that_the_log_does_not_have_is_a_problem()
    {
        var reading = Reading(new() { ["Logging:LogLevel:Npgsql"] = "loud" });
        (
            await Should.ThrowAsync<ConfigurationException>(() =>
                SettingsValidation.RequireAsync(reading, (services, settings) => services.AddLogs(settings))
            )
        )
            .Problems.ShouldHaveSingleItem()
            .ShouldContain("'loud'");
    }

    [Fact]
    public Task Nothing_is_said_when_all_is_well() => SettingsValidation.RequireAsync(Reading([]), Rooms);

    private static void Rooms(IServiceCollection services, ServerSettings settings)
    {
        services
            .AddOptions<Small>()
            .Bind(settings.Configuration.GetSection("Heretix:Small"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services
            .AddOptions<Other>()
            .Bind(settings.Configuration.GetSection("Heretix:Other"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
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

        public TimeSpan Wait { get; set; }
    }

    private sealed class Other
    {
        [Range(0, 4)]
        public int Width { get; set; }
    }
}
