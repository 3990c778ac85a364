using System.Text;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Checks;

/// <summary>What is wrong with a request is said member by member, before anything is counted.</summary>
public sealed class ValidationTests(PostgresCluster postgres)
{
    private static readonly (string Body, string Member, string Says)[] Wrong =
    [
        ("""{}""", "claim", "empty"),
        ("""{"claim":null}""", "claim", "empty"),
        ("""{"claim":"  \t "}""", "claim", "empty"),
        ("""{"claim":7}""", "claim", "text"),
        ("""{"claim":"half \ud83d"}""", "claim", "no text"),
        ("""{"claim":"nothing \u0000 here"}""", "claim", "no text"),
        ("""{"claim":"x","mode":"web_informed"}""", "mode", "not offered"),
        ("""{"claim":"x","mode":"other"}""", "mode", "baseline"),
        ("""{"claim":"x","K":0}""", "K", "1 to 64"),
        ("""{"claim":"x","K":65}""", "K", "1 to 64"),
        ("""{"claim":"x","K":"8"}""", "K", "whole number"),
        ("""{"claim":"x","K":8.5}""", "K", "whole number"),
        ("""{"claim":"x","R":17}""", "R", "1 to 16"),
        ("""{"claim":"x","K":64,"R":16}""", "K", "1024; at most 256"),
        ("""{"claim":"x","K":1,"R":2}""", "K", "at least 3"),
        ("""{"claim":"x","provider":"xai","model":"gpt-5","mock":true}""", "provider", "model of openai"),
        ("""{"claim":"x","B":99}""", "B", "100 to 50000"),
        ("""{"claim":"x","B":50001}""", "B", "100 to 50000"),
        ("""{"claim":"x","max_output_tokens":8193}""", "max_output_tokens", "64 to 8192"),
        ("""{"claim":"x","seed":-1}""", "seed", "18446744073709551615"),
        ("""{"claim":"x","seed":"18446744073709551616"}""", "seed", "18446744073709551615"),
        ("""{"claim":"x","seed":1.5}""", "seed", "whole number"),
        ("""{"claim":"x","no_cache":"yes"}""", "no_cache", "true or false"),
        ("""{"claim":"x","mock":1}""", "mock", "true or false"),
        ("""{"claim":"x","request_id":"mine"}""", "request_id", "UUID"),
        ("""{"claim":"x","provider":"acme"}""", "provider", "openai, google"),
        ("""{"claim":"x","model":"gpt-99-dear"}""", "model", "not offered"),
        ("""{"claim":"x","model":"gpt-5-mino","mock":true}""", "model", "not offered"),
        ("""{"claim":"x","model":"llama3"}""", "model", "not offered"),
        ("""{"claim":"x","prompt_version":"rpl_h9"}""", "prompt_version", "rpl_h1, rpl_h2"),
        ("""{"claim":"x","prompt_version":"../../etc/passwd"}""", "prompt_version", "rpl_h1, rpl_h2"),
        ("""{"claim":"x","prompt_version":"/etc/passwd"}""", "prompt_version", "rpl_h1, rpl_h2"),
    ];

    [Fact]
    public async Task Everything_that_is_wrong_is_named_and_nothing_is_counted()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        foreach (var (body, member, says) in Wrong)
        {
            using var answer = await user.RunRawAsync(body);
            var problem = await answer.ReadAsync(422);
            problem.Text("error").ShouldBe("validation_failed", body);
            problem.GetProperty("errors").TryGetProperty(member, out var errors).ShouldBeTrue(body);
            errors[0].GetString()!.ShouldContain(says, Case.Insensitive, body);
        }
        using var several = await user.RunRawAsync("""{"K":0,"seed":"x","mode":"y","request_id":3}""");
        (await several.ReadAsync(422))
            .GetProperty("errors")
            .EnumerateObject()
            .Select(error => error.Name)
            .ShouldBe(["K", "claim", "mode", "request_id", "seed"]);
        (await host.OpenAsync()).ShouldBe(0);
        (await host.CountAsync("select count(*) from checks.requests")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_no_json_or_no_object_is_unreadable()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        var deep = $$"""{"claim":"x","y":{{new string('[', 40)}}{{new string(']', 40)}}}""";
        const string twice = """{"claim":"x","claim":"y"}""";
        foreach (
            var body in (string[])["", "{", "[]", "\"claim\"", """{"claim":"x",}""", """{"claim":}""", deep, twice]
        )
        {
            using var answer = await user.RunRawAsync(body);
            (await answer.ReadAsync(400)).Text("error").ShouldBe("unreadable", body);
        }
        using var form = new StringContent("claim=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var refused = await user.PostAsync(
            new Uri("/api/checks/run", UriKind.Relative),
            form,
            TestContext.Current.CancellationToken
        );
        ((int)refused.StatusCode).ShouldBe(415, "a page of somebody else's can send forms, but no JSON");
    }

    [Fact]
    public async Task The_bounds_themselves_are_inside()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        var longest = string.Concat(Enumerable.Repeat("😀", 1000));
        foreach (
            var body in (object[])
                [
                    new
                    {
                        claim = longest,
                        mock = true,
                        K = 1,
                        R = 4,
                        B = 100,
                    },
                    new
                    {
                        claim = "x",
                        mock = true,
                        K = 64,
                        R = 4,
                        B = 100,
                    },
                    new
                    {
                        claim = "x",
                        mock = true,
                        K = 16,
                        R = 16,
                        B = 100,
                        seed = 0,
                    },
                    new
                    {
                        claim = "x",
                        mock = true,
                        K = 3,
                        R = 1,
                        B = 50_000,
                        max_output_tokens = 8192,
                    },
                    new
                    {
                        claim = "x",
                        mock = true,
                        K = 3,
                        R = 1,
                        mode = "",
                        model = " ",
                        prompt_version = "rpl_h2",
                    },
                    new
                    {
                        claim = "x",
                        mock = true,
                        K = 3,
                        R = 1,
                        provider = "google",
                    },
                ]
        )
            (await user.CheckAsync(body)).GetProperty("mock").GetBoolean().ShouldBeTrue();
        using var tooLong = await user.RunAsync(new { claim = longest + "x", mock = true });
        (await tooLong.ReadAsync(422)).GetProperty("errors").GetProperty("claim")[0].GetString()!.ShouldContain("1001");
        var google = await user.CheckAsync(
            new
            {
                claim = "y",
                mock = true,
                K = 3,
                R = 1,
                provider = "google",
            }
        );
        google.Text("model").ShouldStartWith("gemini");
        using var spaced = await user.RunAsync(
            new
            {
                claim = "  y  ",
                mock = true,
                K = 3,
                R = 1,
            }
        );
        (await spaced.ReadAsync(200)).Text("claim").ShouldBe("y");
    }

    [Fact]
    public async Task The_list_of_models_says_what_can_be_asked_and_within_which_bounds()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?> { ["XAI_API_KEY"] = "secret-of-the-operator" }
        );
        using var client = host.Browser();
        var list = await client.FetchAsync("/api/checks/models");
        list.Text("default_model").ShouldBe("gpt-5");
        list.GetProperty("mock_allowed").GetBoolean().ShouldBeTrue();
        list.GetProperty("mock_by_default").GetBoolean().ShouldBeTrue();
        var models = list.GetProperty("models").EnumerateArray().ToList();
        Configured("xai").ShouldBeTrue();
        Configured("openai").ShouldBeFalse();
        Configured("compatible").ShouldBeFalse();
        models.Select(model => model.GetProperty("price").ValueKind).ShouldContain(JsonValueKind.Object);
        list.GetProperty("prompt_versions").EnumerateArray().Select(p => p.Text("name")).ShouldBe(["rpl_h1", "rpl_h2"]);
        list.GetProperty("defaults").GetProperty("K").GetInt32().ShouldBe(16);
        list.GetProperty("bounds").GetProperty("B").GetProperty("most").GetInt32().ShouldBe(50_000);
        list.GetRawText().ShouldNotContain("secret-of-the-operator");

        bool Configured(string provider) =>
            models.First(model => model.Text("provider") == provider).GetProperty("configured").GetBoolean();
    }
}
