using System.Text.Json.Nodes;

namespace Heretix.Tests.Unit.Cli;

public sealed class ModelsVerbTests : IDisposable
{
    private readonly Terminal hx = new();

    [Fact]
    public async Task Every_provider_has_a_block_with_its_models_and_the_key_that_is_missing()
    {
        hx.Environment["ANTHROPIC_API_KEY"] = "secret-of-mine";
        (await hx.RunAsync("models")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldMatch("(?m)^openai$");
        hx.Output.ShouldContain("OPENAI_API_KEY: missing");
        hx.Output.ShouldContain("ANTHROPIC_API_KEY: set");
        hx.Output.ShouldContain("GEMINI_API_KEY or GOOGLE_API_KEY: missing");
        hx.Output.ShouldMatch(@"(?m)^  gpt-5 \* +\d+\.\d\d +\d+\.\d\d +\d+ +\d+  .*\bopenai-gpt5\b");
        hx.Output.ShouldMatch(@"(?m)^  \(what the server has\) +- +- +- +-$");
        hx.Output.ShouldNotContain("secret-of-mine");
        hx.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Json_has_an_entry_for_each_model()
    {
        hx.Environment["XAI_API_KEY"] = "k";
        hx.Environment["OPENAI_API_KEY"] = "  ";
        hx.Environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/proxy?a=1&b=2";
        (await hx.RunAsync("models", "--json")).ShouldBe(0, hx.Errors);
        var gpt = Entry("gpt-5");
        gpt["provider"]!.GetValue<string>().ShouldBe("openai");
        gpt["default"]!.GetValue<bool>().ShouldBeTrue();
        gpt["aliases"]!.AsArray().Select(alias => alias!.GetValue<string>()).ShouldContain("gpt5-default");
        gpt["base_url"]!.GetValue<string>().ShouldBe("http://127.0.0.1:9/proxy/v1/");
        gpt["key_required"]!.GetValue<bool>().ShouldBeTrue();
        gpt["key_set"]!.GetValue<bool>().ShouldBeFalse("a blank key is none");
        gpt["structured_output"]!.GetValue<string>().ShouldBe("json_schema");
        gpt["price_usd_per_million_tokens"]!["output"]!.GetValue<decimal>().ShouldBe(10m);
        Entry("grok-4")["key_set"]!.GetValue<bool>().ShouldBeTrue();
        var own = Models().Single(model => model["provider"]!.GetValue<string>() == "compatible");
        own["model"].ShouldBeNull();
        own["price_usd_per_million_tokens"].ShouldBeNull();
        own["base_url"].ShouldBeNull();
        own["key_required"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Prices_and_limits_of_the_users_own_files_are_shown()
    {
        hx.Environment["HERETIX_PRICES"] = hx.Write("prices.yaml", "openai:\n  gpt-5: [7.5, 0.125]\n");
        hx.Environment["HERETIX_PROVIDER_CONFIG"] = hx.Write(
            "limits.yaml",
            "openai:\n  models:\n    gpt-5: { requests_per_minute: 0.5, tokens_per_minute: 1234 }\n"
        );
        (await hx.RunAsync("models")).ShouldBe(0, hx.Errors);
        hx.Output.ShouldMatch(@"(?m)^  gpt-5 \* +7\.50 +0\.125 +0\.5 +1234 ");
        hx.Output.ShouldMatch(@"(?m)^  gpt-5-mini +0\.25 ");
    }

    [Fact]
    public async Task A_faulty_file_is_named_with_its_line()
    {
        hx.Environment["HERETIX_PRICES"] = hx.Write("prices.yaml", "openai:\n  gpt-5: [cheap, 1]\n");
        (await hx.RunAsync("models", "--json")).ShouldBe(1);
        hx.Errors.ShouldContain("prices.yaml:2: the price of 'gpt-5'");
        hx.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Anything_more_is_not_understood()
    {
        (await hx.RunAsync("models", "gpt-5")).ShouldBe(2);
        hx.Errors.ShouldContain("'gpt-5'");
        hx.Errors.ShouldContain("hx models --help");
        hx.Output.ShouldBeEmpty();
    }

    public void Dispose() => hx.Dispose();

    private IEnumerable<JsonNode> Models() => hx.Json["models"]!.AsArray().Select(model => model!);

    private JsonNode Entry(string name) => Models().Single(model => model["model"]?.GetValue<string>() == name);
}
