using System.Text.Json;
using Heretix.Models;
using Heretix.Tests.Integration.Stubs;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Integration.Models;

/// <summary>The requests as each provider receives them, to the letter.</summary>
public sealed class WireFormatTests : ClientTest
{
    private static readonly ChatMessage[] Conversation =
    [
        new(ChatRole.System, "Be brief."),
        new(ChatRole.User, "Hello"),
        new(ChatRole.Assistant, "Hi."),
        new(ChatRole.User, "Is it?"),
    ];

    private static ChatOptions Options =>
        new()
        {
            Instructions = "Be fair.",
            MaxOutputTokens = 300,
            Temperature = 0.5f,
            Seed = 7,
            ResponseFormat = Format,
        };

    [Fact]
    public async Task OpenAI_gets_a_response_request_with_minimal_reasoning_and_no_temperature()
    {
        var sent = await SendAsync(Providers.OpenAI, "gpt-5");

        sent.Path.ShouldBe("/v1/responses");
        sent.Headers["Authorization"].ShouldBe($"Bearer {ProviderStub.Key}");
        Same(
            sent,
            $$$"""
            {"model":"gpt-5","instructions":"Be fair.\n\nBe brief.",
             "input":[{"role":"user","content":[{"type":"input_text","text":"Hello"}]},
              {"role":"assistant","content":[{"type":"output_text","text":"Hi."}]},
              {"role":"user","content":[{"type":"input_text","text":"Is it?"}]}],
             "max_output_tokens":300,"reasoning":{"effort":"minimal"},
             "text":{"format":{"type":"json_schema","name":"belief","strict":true,"schema":{{{Schema}}} } },
             "store":false}
            """
        );
    }

    [Fact]
    public async Task An_OpenAI_model_that_does_not_reason_gets_a_temperature_and_no_effort()
    {
        var sent = await SendAsync(Providers.OpenAI, "gpt-4.1-mini");

        sent.Json.GetProperty("model").GetString().ShouldBe("gpt-4.1-mini");
        sent.Json.GetProperty("temperature").GetDouble().ShouldBe(0.5);
        sent.Json.TryGetProperty("reasoning", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Gemini_gets_the_key_in_a_header_and_room_for_its_thinking()
    {
        var sent = await SendAsync(Providers.Google, "gemini-2.5-pro");

        sent.Path.ShouldBe("/v1beta/models/gemini-2.5-pro:generateContent");
        sent.Query.ShouldBeEmpty();
        sent.Headers["x-goog-api-key"].ShouldBe(ProviderStub.Key);
        Same(
            sent,
            $$$"""
            {"systemInstruction":{"parts":[{"text":"Be fair.\n\nBe brief."}]},
             "contents":[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model","parts":[{"text":"Hi."}]},
              {"role":"user","parts":[{"text":"Is it?"}]}],
             "generationConfig":{"maxOutputTokens":4000,"temperature":0.5,"seed":7,
              "responseMimeType":"application/json","responseJsonSchema":{{{Schema}}}}}
            """
        );
    }

    [Theory]
    [InlineData("gemini-2.5-flash", null, 1024)]
    [InlineData("gemini-2.5-flash", -5, 1024)]
    [InlineData("gemini-2.5-flash", 300, 300)]
    [InlineData("gemini-2.5-flash", 90_000, 8192)]
    [InlineData("gemini-2.5-pro", null, 4000)]
    [InlineData("gemini-2.5-pro", 5000, 5000)]
    public async Task Geminis_output_limit_follows_its_rules(string model, int? asked, int sent)
    {
        var stub = await StubAsync(Providers.Google);
        stub.Next(stub.Says("ok"));

        await Open(stub, model: model).GetResponseAsync("hi", new ChatOptions { MaxOutputTokens = asked }, Token);

        stub.Last.Json.GetProperty("generationConfig").GetProperty("maxOutputTokens").GetInt32().ShouldBe(sent);
    }

    [Fact]
    public async Task XAI_gets_chat_completions_with_the_newer_name_of_the_limit()
    {
        var sent = await SendAsync(Providers.Xai, "grok-4");

        sent.Path.ShouldBe("/v1/chat/completions");
        sent.Headers["Authorization"].ShouldBe($"Bearer {ProviderStub.Key}");
        Same(sent, Completions("grok-4", "max_completion_tokens"));
    }

    [Fact]
    public async Task A_compatible_server_gets_chat_completions_with_the_older_name_of_the_limit()
    {
        var sent = await SendAsync(Providers.Compatible, "llama3");

        sent.Path.ShouldBe("/v1/chat/completions");
        Same(sent, Completions("llama3", "max_tokens"));
    }

    [Fact]
    public async Task Anthropic_gets_its_version_and_a_schema_without_the_bounds_it_rejects()
    {
        var sent = await SendAsync(Providers.Anthropic, "claude-sonnet-4-5");

        sent.Path.ShouldBe("/v1/messages");
        sent.Headers["x-api-key"].ShouldBe(ProviderStub.Key);
        sent.Headers["anthropic-version"].ShouldBe("2023-06-01");
        Same(
            sent,
            """
            {"model":"claude-sonnet-4-5","max_tokens":300,"system":"Be fair.\n\nBe brief.",
             "messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi."},
              {"role":"user","content":"Is it?"}],
             "temperature":0.5,
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object","required":["prob_true"],
              "properties":{"prob_true":{"type":"number"}},"additionalProperties":false}}}}
            """
        );
    }

    [Fact]
    public async Task Anthropic_always_gets_a_limit()
    {
        var stub = await StubAsync(Providers.Anthropic);
        stub.Next(stub.Says("ok"));

        await Open(stub).GetResponseAsync("hi", cancellationToken: Token);

        stub.Last.Json.GetProperty("max_tokens").GetInt32().ShouldBe(4096);
    }

    [Fact]
    public async Task A_schema_that_strict_mode_does_not_take_is_sent_as_a_wish()
    {
        var stub = await StubAsync(Providers.OpenAI);
        stub.Next(stub.Says("{}"));
        var open = JsonElement.Parse("""{"type":"object","properties":{"a":{"type":"string"}}}"""u8);

        await Open(stub)
            .GetResponseAsync("hi", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(open) }, Token);

        stub.Last.Json.GetProperty("text").GetProperty("format").GetProperty("strict").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Rejected_reasoning_is_left_out_at_once_and_from_then_on()
    {
        var stub = await StubAsync(Providers.OpenAI);
        stub.Next(
            stub.Rejects(400, "Unsupported value: 'reasoning.effort' does not support 'minimal' with this model."),
            stub.Says("one"),
            stub.Says("two")
        );
        var client = Open(stub, model: "gpt-5.1");

        await client.GetResponseAsync("hi", cancellationToken: Token);
        await client.GetResponseAsync("hi", cancellationToken: Token);

        stub.Requests.Select(r => r.Json.TryGetProperty("reasoning", out _)).ShouldBe([true, false, false]);
    }

    [Fact]
    public async Task A_compatible_server_is_asked_ever_more_gently_for_JSON()
    {
        var stub = await StubAsync(Providers.Compatible);
        stub.Next(
            Answers.Json(400, """{"error":"what is that?"}"""),
            Answers.Json(422, """{"detail":"nor that"}"""),
            stub.Says("""{"prob_true":0.4}"""),
            stub.Says("""{"prob_true":0.4}""")
        );
        var client = Open(stub);

        await client.GetResponseAsync("hi", new ChatOptions { ResponseFormat = Format }, Token);
        await client.GetResponseAsync("hi", new ChatOptions { ResponseFormat = Format }, Token);

        var sent = stub.Requests.Select(r => r.Json).ToList();
        sent[0].GetProperty("response_format").GetProperty("type").GetString().ShouldBe("json_schema");
        sent[1].GetProperty("response_format").GetProperty("type").GetString().ShouldBe("json_object");
        sent[2].TryGetProperty("response_format", out _).ShouldBeFalse();
        sent[3].TryGetProperty("response_format", out _).ShouldBeFalse();
        var instructions = sent[3].GetProperty("messages")[0].GetProperty("content").GetString();
        instructions.ShouldNotBeNull().ShouldContain("JSON Schema");
        instructions.ShouldContain("prob_true");
    }

    [Fact]
    public async Task A_request_at_fault_is_not_blamed_on_the_format_for_good()
    {
        var stub = await StubAsync(Providers.Compatible);
        var tooLong = Answers.Json(400, """{"error":"the prompt is too long"}""");
        stub.Next(tooLong, tooLong, tooLong, stub.Says("ok"));
        var client = Open(stub);
        var options = new ChatOptions { ResponseFormat = Format };

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("long", options, Token));
        await client.GetResponseAsync("short", options, Token);

        stub.SchemaIn(stub.Last.Json).ShouldNotBeNull();
    }

    [Fact]
    public async Task Instructions_that_speak_of_JSON_are_left_as_they_are()
    {
        var stub = await StubAsync(Providers.Compatible);
        stub.Next(stub.Rejects(400, stub.SchemaRejection), stub.Says("{}"));

        await Open(stub)
            .GetResponseAsync("hi", new ChatOptions { Instructions = "Give json.", ResponseFormat = Format }, Token);

        stub.Last.Json.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe("Give json.");
    }

    [Fact]
    public async Task Tokens_that_no_server_counted_are_estimated_and_marked()
    {
        var stub = new ChatCompletionsStub(Providers.Compatible);
        await using var _ = stub;
        await stub.StartAsync(Token);
        stub.Next(Answers.Json(200, stub.Completion(new string('a', 40), "stop", usage: false)));

        var response = await Open(stub)
            .GetResponseAsync(new string('q', 100), new ChatOptions { Instructions = new string('i', 60) }, Token);

        response.UsageEstimated().ShouldBeTrue();
        response.Usage!.InputTokenCount.ShouldBe(40);
        response.Usage.OutputTokenCount.ShouldBe(10);
    }

    [Fact]
    public async Task Googles_own_way_to_ask_for_patience_is_heard()
    {
        var stub = await StubAsync(Providers.Google);
        stub.Next(
            Answers.Json(
                429,
                """
                {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded",
                 "details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}]}}
                """
            ),
            stub.Says("ok")
        );

        await Open(stub).GetResponseAsync("hi", cancellationToken: Token);

        Time.Waits.ShouldHaveSingleItem().TotalSeconds.ShouldBeInRange(37, 40.7);
    }

    [Fact]
    public async Task Googles_status_for_a_wrong_key_is_understood()
    {
        var stub = await StubAsync(Providers.Google);
        stub.Next(stub.Rejects(400, "API key not valid. Please pass a valid API key."));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Unauthorized);
    }

    private static string Completions(string model, string limit) =>
        $$$"""
            {"model":"{{{model}}}",
             "messages":[{"role":"system","content":"Be fair.\n\nBe brief."},{"role":"user","content":"Hello"},
              {"role":"assistant","content":"Hi."},{"role":"user","content":"Is it?"}],
             "{{{limit}}}":300,"temperature":0.5,"seed":7,
             "response_format":{"type":"json_schema",
              "json_schema":{"name":"belief","strict":true,"schema":{{{Schema}}} } }}
            """;

    private async Task<RecordedRequest> SendAsync(string provider, string model)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Says("ok"));
        await Open(stub, model: model).GetResponseAsync(Conversation, Options, Token);
        return stub.Last;
    }

    private static void Same(RecordedRequest sent, string expected) =>
        JsonElement.DeepEquals(sent.Json, JsonElement.Parse(expected)).ShouldBeTrue(sent.Body);
}
