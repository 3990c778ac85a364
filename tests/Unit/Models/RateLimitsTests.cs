using Heretix.Models;

namespace Heretix.Tests.Unit.Models;

public sealed class RateLimitsTests : IDisposable
{
    private readonly Dictionary<string, string> environment = [];
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void The_capability_file_holds_when_nothing_else_is_said() =>
        Limits("gpt-5").ShouldBe(new RateLimits(500, 9, 500_000));

    [Fact]
    public void The_environment_wins_over_the_capability_file()
    {
        environment["HERETIX_OPENAI_RPS"] = "4";
        environment["HERETIX_OPENAI_BURST"] = "8";

        Limits("gpt-5").ShouldBe(new RateLimits(240, 8, 500_000));
    }

    [Fact]
    public void The_file_wins_over_the_environment_and_a_model_over_the_defaults()
    {
        environment["HERETIX_OPENAI_RPS"] = "4";
        environment["HERETIX_PROVIDER_CONFIG"] = Write(
            """
            openai:
              defaults: { rps: 3, tokens_per_minute: 1000 }
              models:
                gpt-5: { requests_per_minute: 30, burst: 5 }
            """
        );

        Limits("gpt-5").ShouldBe(new RateLimits(30, 5, 1000));
        Limits("gpt-4.1").ShouldBe(new RateLimits(180, 3, 1000));
    }

    [Theory]
    [InlineData("openai:\n  defaults: { rps: 0 }\n", "rps")]
    [InlineData("openai:\n  defaults: { rps: 1, requests_per_minute: 60 }\n", "not both")]
    [InlineData("openai:\n  model: {}\n", "Did you mean 'models'?")]
    [InlineData("other:\n  defaults: {}\n", "Known keys")]
    public void A_faulty_file_is_reported(string yaml, string words)
    {
        environment["HERETIX_PROVIDER_CONFIG"] = Write(yaml);

        Should.Throw<ModelConfigurationException>(() => Limits("gpt-5")).Message.ShouldContain(words);
    }

    [Fact]
    public void A_faulty_variable_is_reported()
    {
        environment["HERETIX_OPENAI_RPS"] = "fast";

        Should.Throw<ModelConfigurationException>(() => Limits("gpt-5")).Message.ShouldContain("HERETIX_OPENAI_RPS");
    }

    [Fact]
    public void Google_is_called_GEMINI_in_the_environment()
    {
        environment["HERETIX_GEMINI_TPM"] = "77";

        Limits("gemini").TokensPerMinute.ShouldBe(77);
    }

    [Fact]
    public void A_compatible_server_has_no_limits() =>
        RateLimits
            .For(Options(), Catalog().Resolve("m", baseUrl: new Uri("http://h")).Capabilities, "m")
            .Any.ShouldBeFalse();

    private RateLimits Limits(string model)
    {
        var choice = Catalog().Resolve(model);
        return RateLimits.For(Options(), choice.Capabilities, choice.ApiModel);
    }

    private ModelCatalog Catalog() => ModelCatalog.Load(Options());

    private ModelCatalogOptions Options() => new(Environment: environment.GetValueOrDefault);

    private string Write(string yaml)
    {
        File.WriteAllText(file, yaml);
        return file;
    }
}
