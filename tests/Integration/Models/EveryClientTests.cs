using System.Net;
using System.Net.Sockets;
using Heretix.Models;
using Heretix.Tests.Integration.Stubs;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Integration.Models;

/// <summary>What holds for the client of every provider, against a server that speaks its wire format.</summary>
public sealed class EveryClientTests : ClientTest
{
    [Theory, MemberData(nameof(EveryProvider))]
    public async Task An_answer_comes_with_its_usage_and_the_providers_own_ids(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Says("Yes, é 😀."));

        var response = await Open(stub).GetResponseAsync("Is it?", cancellationToken: Token);

        response.Text.ShouldBe("Yes, é 😀.");
        response.Usage!.InputTokenCount.ShouldBe(11);
        response.Usage.OutputTokenCount.ShouldBe(7);
        response.ModelId.ShouldBe(stub.Model + "-x");
        response.ResponseId.ShouldNotBeNullOrEmpty();
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.Attempts().ShouldBe(1);
        response.UsageEstimated().ShouldBeFalse();
        response.Refusal().ShouldBeNull();
        response.AdditionalProperties!.ContainsKey(ModelReply.LatencyKey).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task The_key_travels_in_one_header_and_the_idempotency_key_in_another(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Says("ok"));

        await Open(stub)
            .GetResponseAsync("hi", SampleIdentity.Set(new ChatOptions(), "c", 0, 0, "run-1.sample-2"), Token);

        var sent = stub.Last;
        var carriers = sent.Headers.Where(h => h.Value.Contains(ProviderStub.Key, StringComparison.Ordinal));
        carriers.ShouldHaveSingleItem();
        sent.Query.ShouldNotContain(ProviderStub.Key);
        sent.Body.ShouldNotContain(ProviderStub.Key);
        sent.Headers["Idempotency-Key"].ShouldBe("run-1.sample-2");
        sent.Headers["Content-Type"].ShouldBe("application/json");
        sent.Body.ShouldNotContain("heretix.");
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_rate_limited_call_waits_as_long_as_the_server_asks(string provider)
    {
        var stub = await StubAsync(provider);
        var date = Time.GetUtcNow().AddSeconds(60).ToString("R");
        stub.Next(
            stub.Rejects(429, "slow down", ("Retry-After", "7")),
            stub.Rejects(429, "slow down", ("Retry-After", date)),
            stub.Rejects(429, "slow down", ("retry-after-ms", "250"), ("Retry-After", "9")),
            stub.Says("ok")
        );

        var response = await Open(stub).GetResponseAsync("hi", cancellationToken: Token);

        response.Attempts().ShouldBe(4);
        var waits = Time.Waits.Select(wait => wait.TotalSeconds).ToList();
        waits.Count.ShouldBe(3);
        waits[0].ShouldBeInRange(7, 7.7);
        waits[1].ShouldBeInRange(60 - waits[0], 66 - waits[0]);
        waits[2].ShouldBeInRange(0.25, 0.275);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task Trouble_that_passes_is_outlived_with_the_same_idempotency_key(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(
            stub.Rejects(500, "oops"),
            Answers.Drop(),
            stub.Rejects(503, "overloaded"),
            stub.Rejects(529, "overloaded"),
            stub.Says("ok")
        );

        var response = await Open(stub)
            .GetResponseAsync("hi", SampleIdentity.Set(new ChatOptions(), idempotencyKey: "k"), Token);

        response.Text.ShouldBe("ok");
        response.Attempts().ShouldBe(5);
        stub.Requests.Select(r => r.Headers["Idempotency-Key"]).ShouldBe(["k", "k", "k", "k", "k"]);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_refused_request_is_an_error_with_the_providers_words_but_never_the_key(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Rejects(413, $"context too long, key {ProviderStub.Key} noted"));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.InvalidRequest);
        thrown.Status.ShouldBe(413);
        thrown.Provider.ShouldBe(provider);
        thrown.Message.ShouldContain("context too long, key [key] noted");
        thrown.ToString().ShouldNotContain(ProviderStub.Key);
        stub.Requests.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_wrong_key_is_said_so_without_repeating_the_providers_words(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Rejects(401, "Incorrect API key provided: sk-se****6789"));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Unauthorized);
        thrown.ToString().ShouldNotContain("6789");
        stub.Requests.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task An_account_without_credit_is_not_asked_again(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Json(429, """{"error":{"code":"insufficient_quota","message":"You exceeded your quota"}}"""));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.QuotaExhausted);
        stub.Requests.Count.ShouldBe(1);
        Time.Waits.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task An_unknown_model_and_a_redirect_are_not_asked_again(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Rejects(404, "no such model"), Answers.Json(307, "", ("Location", "http://127.0.0.1:9/")));
        var client = Open(stub);

        var missing = await Should.ThrowAsync<ModelCallException>(() =>
            client.GetResponseAsync("hi", cancellationToken: Token)
        );
        var moved = await Should.ThrowAsync<ModelCallException>(() =>
            client.GetResponseAsync("hi", cancellationToken: Token)
        );

        missing.Kind.ShouldBe(ModelCallFailure.NotFound);
        moved.Message.ShouldContain("redirects");
        stub.Requests.Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_server_that_never_answers_runs_into_the_time_limit(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Silence());
        var calls = new ModelCallOptions { Timeout = TimeSpan.FromMilliseconds(200), MaxAttempts = 1 };

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub, calls, TimeProvider.System).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Timeout);
        await stub.Abandoned.Task.WaitAsync(Token);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task Cancelling_closes_the_connection(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Silence());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = Open(stub).GetResponseAsync("hi", cancellationToken: stop.Token);
        while (stub.Requests.IsEmpty)
            await Task.Delay(5, Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await stub.Abandoned.Task.WaitAsync(Token);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task An_answer_that_is_not_JSON_is_an_error_and_is_not_paid_for_twice(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Json(200, "<html>a proxy's page</html>"));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.UnreadableReply);
        stub.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        var stub = await StubAsync(Providers.Compatible);
        stub.Next(Answers.Json(200, new string(' ', 17 * 1024 * 1024)));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.UnreadableReply);
        stub.Requests.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_refusal_is_an_answer_seen_as_a_refusal(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Refuses("I will not."));

        var response = await Open(stub).GetResponseAsync("hi", cancellationToken: Token);

        response.FinishReason.ShouldBe(ChatFinishReason.ContentFilter);
        response.Refusal().ShouldNotBeNull().ShouldContain("I will not.");
        response.Text.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_truncated_answer_says_so(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Truncates("Well, the"));

        var response = await Open(stub).GetResponseAsync("hi", cancellationToken: Token);

        response.FinishReason.ShouldBe(ChatFinishReason.Length);
        response.Text.ShouldBe("Well, the");
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_schema_is_sent_natively(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Says("""{"prob_true":0.5}"""));

        var response = await Open(stub).GetResponseAsync("hi", new ChatOptions { ResponseFormat = Format }, Token);

        stub.SchemaIn(stub.Last.Json).ShouldNotBeNull().ShouldContain("prob_true");
        response.AdditionalProperties![ModelReply.StructuredOutputKey].ShouldBe("json_schema");
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_rejected_schema_is_left_out_at_once_and_from_then_on(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Rejects(400, stub.SchemaRejection), stub.Says("one"), stub.Says("two"));
        var client = Open(stub);
        var options = new ChatOptions { Instructions = "Answer as JSON.", ResponseFormat = Format };

        await client.GetResponseAsync("hi", options, Token);
        var second = await client.GetResponseAsync("hi", options, Token);

        stub.Requests.Select(r => stub.SchemaIn(r.Json) is not null).ShouldBe([true, false, false]);
        second.Text.ShouldBe("two");
        second.AdditionalProperties![ModelReply.StructuredOutputKey].ShouldBe("json_object");
        Time.Waits.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_missing_key_is_an_error_that_names_the_variables_before_anything_is_sent(string provider)
    {
        var stub = await StubAsync(provider);
        string? WithoutKey(string name) => name == stub.KeyVariable ? null : stub.Environment(name);
        if (provider == Providers.Compatible)
        {
            stub.Next(stub.Says("ok"));
            await Open(stub, environment: WithoutKey).GetResponseAsync("hi", cancellationToken: Token);
            stub.Last.Headers.ContainsKey("Authorization").ShouldBeFalse();
            return;
        }

        var thrown = Should.Throw<MissingKeyException>(() => Open(stub, environment: WithoutKey));

        thrown.Message.ShouldContain(stub.KeyVariable);
        thrown.Variables.ShouldContain(stub.KeyVariable);
        stub.Requests.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_server_that_is_not_there_is_a_network_failure(string provider)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var stub = ProviderStub.For(provider);
        string? Nowhere(string name) =>
            name == stub.AddressVariable ? $"http://127.0.0.1:{port}"
            : name == stub.KeyVariable ? ProviderStub.Key
            : null;

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Open(stub, environment: Nowhere).GetResponseAsync("hi", cancellationToken: Token)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Network);
        thrown.Attempts.ShouldBe(5);
        thrown.ToString().ShouldNotContain(ProviderStub.Key);
    }

    [Fact]
    public async Task A_limit_of_requests_holds_across_the_whole_process()
    {
        var stub = await StubAsync(Providers.OpenAI);
        stub.Next(stub.Says("1"), stub.Says("2"), stub.Says("3"));
        string? Limited(string name) =>
            name is "HERETIX_OPENAI_RPS" or "HERETIX_OPENAI_BURST" ? "1" : stub.Environment(name);

        foreach (var _ in Enumerable.Range(0, 3))
            await Open(stub, environment: Limited).GetResponseAsync("hi", cancellationToken: Token);

        Time.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)]);
    }
}
