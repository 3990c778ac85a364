using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Heretix.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Tests.Unit.Server;

/// <summary>What requests that name nothing would get is looked at before the server starts.</summary>
public sealed class DefaultsTests
{
    [Theory]
    [InlineData("RPL_MODEL", "gpt-5-mino", "RPL_MODEL")]
    [InlineData("RPL_MODEL", "no-such-model", "RPL_MODEL")]
    [InlineData("RPL_PROMPT_VERSION", "rpl_h7", "RPL_PROMPT_VERSION")]
    [InlineData("Heretix:Checks:R", "16", "at most 256 samples")]
    [InlineData("Heretix:Billing:ReservationExpiry", "00:00:20", "ReservationExpiry")]
    public async Task A_default_that_cannot_be_served_is_named(string name, string value, string says)
    {
        var problems = await ProblemsAsync("local", (name, value), ("Heretix:Checks:K", "64"));
        problems.ShouldContain(problem => problem.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Production_does_not_answer_with_the_mock_however_it_is_asked_to()
    {
        (await ProblemsAsync("prod", ("Heretix:Checks:AllowMock", "true")))
            .ShouldHaveSingleItem()
            .ShouldContain("AllowMock");
        (await ProblemsAsync("local", ("Heretix:Checks:AllowMock", "true"))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("RPL_MODEL", "gpt-5-mini")]
    [InlineData("RPL_PROMPT_VERSION", "rpl_h2")]
    [InlineData("OPENAI_COMPATIBLE_BASE_URL", "http://127.0.0.1:11434")]
    public async Task What_can_be_served_is_not_complained_of(string name, string value) =>
        (await ProblemsAsync("prod", (name, value))).ShouldBeEmpty();

    private static async Task<IReadOnlyList<string>> ProblemsAsync(
        string environment,
        params (string Name, string Value)[] configured
    )
    {
        var settings = new ServerSettings
        {
            Environment = environment,
            DataFolder = "/nowhere",
            DatabaseUrl = "Host=/nowhere",
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(configured.Select(c => KeyValuePair.Create<string, string?>(c.Name, c.Value)))
                .Build(),
        };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddModules(HeretixServer.Modules, settings);
        services.AddSingleton(TimeProvider.System);
        await using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<ISettingsCheck>().SelectMany(check => check.Problems(settings))];
    }
}
