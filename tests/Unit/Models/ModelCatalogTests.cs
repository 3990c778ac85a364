using Heretix.Models;

namespace Heretix.Tests.Unit.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly Dictionary<string, string> environment = [];
    private readonly string folder = Directory.CreateTempSubdirectory("heretix-models-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_reference_vector_of_provider_inference_is_reproduced()
    {
        foreach (var vector in Vectors.Cases("infer_provider.json"))
        {
            var model = vector.GetProperty("model").GetString();
            ModelCatalog.InferProvider(model).ShouldBe(vector.GetProperty("provider").GetString(), model);
        }
    }

    [Theory]
    [InlineData("gpt-5", Providers.OpenAI, "gpt-5")]
    [InlineData("openai:gpt-5", Providers.OpenAI, "gpt-5")]
    [InlineData(" GPT5-default ", Providers.OpenAI, "gpt-5")]
    [InlineData("openai:gpt-4.1-mini", Providers.OpenAI, "gpt-4.1-mini")]
    [InlineData("o1-mini", Providers.OpenAI, "o1-mini")]
    [InlineData("gemini-2.5", Providers.Google, "gemini-2.5-pro")]
    [InlineData("google", Providers.Google, "gemini-2.5-pro")]
    [InlineData("gemini-9-ultra", Providers.Google, "gemini-9-ultra")]
    [InlineData("grok", Providers.Xai, "grok-4")]
    [InlineData("xai:grok-5", Providers.Xai, "grok-5")]
    [InlineData("anthropic", Providers.Anthropic, "claude-sonnet-4-5")]
    [InlineData("claude-haiku-4-5-20251001", Providers.Anthropic, "claude-haiku-4-5-20251001")]
    public void A_name_leads_to_its_provider_and_the_name_that_the_provider_knows(
        string model,
        string provider,
        string api
    )
    {
        var choice = Catalog().Resolve(model);

        choice.Provider.ShouldBe(provider);
        choice.ApiModel.ShouldBe(api);
        choice.Mock.ShouldBeFalse();
        choice.BaseUrl.ShouldNotBeNull();
    }

    [Fact]
    public void An_explicit_provider_wins_over_the_name_with_its_default_model()
    {
        var choice = Catalog().Resolve("grok-4", provider: "OpenAI");

        choice.Provider.ShouldBe(Providers.OpenAI);
        choice.LogicalModel.ShouldBe("gpt-5");
        choice.ApiModel.ShouldBe("gpt-5");
    }

    [Fact]
    public void An_address_without_a_provider_means_a_compatible_server()
    {
        var choice = Catalog().Resolve("gpt-oss:20b", baseUrl: new Uri("http://localhost:11434"));

        choice.Provider.ShouldBe(Providers.Compatible);
        choice.ApiModel.ShouldBe("gpt-oss:20b");
        choice.BaseUrl.ShouldBe(new Uri("http://localhost:11434/v1/"));
        choice.Price.ShouldBeNull();
    }

    [Fact]
    public void A_compatible_server_without_an_address_is_an_error_that_says_how_to_give_one() =>
        Should
            .Throw<UnknownModelException>(() => Catalog().Resolve("llama3", provider: Providers.Compatible))
            .Message.ShouldContain("--base-url");

    [Fact]
    public void A_mock_of_a_compatible_server_needs_no_address() =>
        Catalog().Resolve("llama3", provider: Providers.Compatible, mock: true).BaseUrl.ShouldBeNull();

    [Fact]
    public void An_unknown_name_is_an_error_with_the_closest_name_and_all_choices()
    {
        var error = Should.Throw<UnknownModelException>(() => Catalog().Resolve("cluade-sonnet"));

        error.Suggestion.ShouldBe("claude-sonnet");
        error.Message.ShouldContain("Did you mean 'claude-sonnet'?");
        error.Message.ShouldContain("gemini-2.5-flash");
        error.Message.ShouldContain("--provider");
    }

    [Fact]
    public void An_unknown_provider_is_an_error_with_the_closest_name_and_all_choices()
    {
        var error = Should.Throw<UnknownModelException>(() => Catalog().Resolve("gpt-5", provider: "opnai"));

        error.Message.ShouldContain("Did you mean 'openai'?");
        error.Message.ShouldContain("compatible");
    }

    [Fact]
    public void A_model_that_no_name_betrays_is_found_under_an_explicit_provider() =>
        Catalog().Resolve("o9", provider: Providers.OpenAI).ApiModel.ShouldBe("o9");

    [Fact]
    public void A_model_that_no_name_betrays_is_found_in_the_capability_files() =>
        Catalog().Resolve("o4-mini").Provider.ShouldBe(Providers.OpenAI);

    [Theory]
    [InlineData("OPENAI_BASE_URL", "gpt-5", "http://h:1/", "http://h:1/v1/")]
    [InlineData("OPENAI_BASE_URL", "gpt-5", "http://h:1/v1/responses", "http://h:1/v1/")]
    [InlineData("GEMINI_BASE_URL", "gemini", "http://h:1", "http://h:1/v1beta/")]
    [InlineData("GEMINI_BASE_URL", "gemini", "http://h:1/v1", "http://h:1/v1/")]
    [InlineData("XAI_API_BASE", "grok", "http://h:1/v1", "http://h:1/v1/")]
    [InlineData("GROK_API_BASE", "grok", "http://h:1", "http://h:1/v1/")]
    [InlineData("ANTHROPIC_BASE_URL", "claude", "http://h:1/proxy", "http://h:1/proxy/v1/")]
    public void An_address_comes_from_the_environment_with_or_without_a_version(
        string variable,
        string model,
        string given,
        string used
    )
    {
        environment[variable] = given;

        Catalog().Resolve(model).BaseUrl.ShouldBe(new Uri(used));
    }

    [Theory]
    [InlineData("ftp://h/")]
    [InlineData("not an address")]
    [InlineData("http://user:secret@h/")]
    public void A_faulty_address_is_named_with_its_variable(string address)
    {
        environment["OPENAI_BASE_URL"] = address;

        Should.Throw<ModelConfigurationException>(() => Catalog().Resolve("gpt-5")).File.ShouldBe("OPENAI_BASE_URL");
    }

    [Fact]
    public void A_price_is_found_for_a_dated_name_and_counts_both_ways()
    {
        Catalog().Resolve("gpt-4.1-2025-04-14").Price.ShouldBe(new TokenPrice(2.00m, 8.00m));
        Catalog().Resolve("gpt-4.1-mini-2025-04-14").Price.ShouldBe(new TokenPrice(0.40m, 1.60m));
        Catalog().Resolve("gpt-4.1-unheard-of").Price.ShouldBeNull();
        new TokenPrice(1.25m, 10m).Cost(1_000, 500).ShouldBe(0.00625m);
    }

    [Fact]
    public void A_price_file_of_ones_own_wins_line_by_line()
    {
        environment["HERETIX_PRICES"] = File(
            "prices.yaml",
            "openai:\n  gpt-5: [9, 99]\ncompatible:\n  llama3: [0, 0]\n"
        );

        Catalog().Resolve("gpt-5").Price.ShouldBe(new TokenPrice(9, 99));
        Catalog().Resolve("gpt-5-mini").Price.ShouldBe(new TokenPrice(0.25m, 2m));
        Catalog().Resolve("llama3", baseUrl: new Uri("http://h")).Price.ShouldBe(new TokenPrice(0, 0));
    }

    [Fact]
    public void The_environment_prices_what_the_table_does_not_know()
    {
        environment["HERETIX_PRICE_IN"] = "0.005";
        environment["HERETIX_PRICE_OUT"] = "0.015";

        Catalog().Resolve("gpt-99").Price.ShouldBe(new TokenPrice(5m, 15m));
        Catalog().Resolve("gpt-5").Price.ShouldBe(new TokenPrice(1.25m, 10m));
    }

    [Theory]
    [InlineData("openai:\n  gpt-5: [1]\n", 2, "[input, output]")]
    [InlineData("openai:\n  gpt-5: [1, -2]\n", 2, "[input, output]")]
    [InlineData("# a comment\nopnai:\n  gpt-5: [1, 2]\n", 2, "Did you mean 'openai'?")]
    [InlineData("openai:\n  gpt-5: [1, 2\n", 3, "YAML")]
    public void A_faulty_price_file_is_reported_with_file_and_line(string yaml, int line, string words)
    {
        var path = File("prices.yaml", yaml);

        var error = Should.Throw<ModelConfigurationException>(() =>
            ModelCatalog.Load(new ModelCatalogOptions(PricesPath: path, Environment: Read)).Resolve("gpt-5")
        );

        error.Line.ShouldBe(line);
        error.Message.ShouldStartWith($"{path}:{line}: ");
        error.Message.ShouldContain(words);
    }

    [Fact]
    public void A_capability_file_of_ones_own_replaces_the_shipped_one_of_its_provider_only()
    {
        environment["HERETIX_PROVIDER_CAPABILITIES_PATH"] = folder;
        File("xai.yaml", Card("xai") + "api_model_map:\n  grok-x: grok-x-1\n");

        Catalog().Resolve("xai").ApiModel.ShouldBe("grok-x-1");
        Catalog().Resolve("gpt-5").ApiModel.ShouldBe("gpt-5");
    }

    [Theory]
    [InlineData("api_model_map:\n  grok-y: grok-y\n", "not a key of api_model_map")]
    [InlineData("api_model_map:\n  grok-x: grok-x\nstructured_outpt: none\n", "Known keys")]
    [InlineData("api_model_map:\n  grok-x: grok-x\n  GROK-X: other\n", "twice")]
    [InlineData("api_model_map:\n  grok-x: grok-x\nrequests_per_minute: -1\n", "requests_per_minute")]
    public void A_faulty_capability_file_is_reported_with_file_and_line(string rest, string words)
    {
        environment["HERETIX_PROVIDER_CAPABILITIES_PATH"] = File("mine.yaml", Card("xai") + rest);

        var error = Should.Throw<ModelConfigurationException>(() => Catalog().Resolve("grok-x"));

        error.File.ShouldEndWith("mine.yaml");
        error.Line.ShouldBeGreaterThan(0);
        error.Message.ShouldContain(words);
    }

    [Fact]
    public void Resolving_one_model_reads_no_other_providers_file()
    {
        environment["HERETIX_PROVIDER_CAPABILITIES_PATH"] = folder;
        File("google.yaml", "this is : not [ yaml");

        Catalog().Resolve("gpt-5", mock: true).Provider.ShouldBe(Providers.OpenAI);
        Should.Throw<ModelConfigurationException>(() => Catalog().Resolve("gemini"));
    }

    [Fact]
    public void The_list_has_every_model_with_aliases_prices_limits_and_whether_its_key_is_there()
    {
        environment["GOOGLE_API_KEY"] = "k";

        var list = Catalog().List();

        list.Select(row => row.Provider).Distinct().ShouldBe(Providers.All);
        var gpt = list.Single(row => row.Model == "gpt-5");
        gpt.IsDefault.ShouldBeTrue();
        gpt.KeyPresent.ShouldBeFalse();
        gpt.KeyVariables.ShouldBe(["OPENAI_API_KEY"]);
        gpt.Aliases.ShouldContain("openai:gpt-5");
        gpt.Price.ShouldBe(new TokenPrice(1.25m, 10m));
        gpt.RequestsPerMinute.ShouldBe(500);
        gpt.StructuredOutput.ShouldBe(StructuredOutput.JsonSchema);
        list.Single(row => row.Model == "gemini-2.5-flash").KeyPresent.ShouldBeTrue();
        var own = list.Single(row => row.Provider == Providers.Compatible);
        own.KeyRequired.ShouldBeFalse();
        own.RequestsPerMinute.ShouldBeNull();
    }

    private ModelCatalog Catalog() => ModelCatalog.Load(new ModelCatalogOptions(Environment: Read));

    private string? Read(string name) => environment.GetValueOrDefault(name);

    private string File(string name, string content)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private static string Card(string provider) =>
        $"""
            provider: {provider}
            default_model: grok-x
            base_url: http://h
            key_variables: [K]
            structured_output: none
            max_output_tokens: 100

            """;
}
