using System.Text.Json;
using Heretix.Models;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Unit.Models;

public sealed class MockChatClientTests
{
    private static readonly ChatResponseFormat BeliefFormat = ChatResponseFormat.ForJsonSchema(
        JsonElement.Parse("""{"type":"object","properties":{"belief":{"type":"object"}}}"""u8)
    );

    private readonly CancellationToken none = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_request_always_gets_the_same_answer()
    {
        var first = await Ask("Water is wet.", "Template 1", 0);
        var second = await Ask("Water is wet.", "Template 1", 0);

        second.Text.ShouldBe(first.Text);
        second.ResponseId.ShouldBe(first.ResponseId);
    }

    [Fact]
    public void Claims_templates_and_replicates_spread_as_a_models_do()
    {
        var claims = new List<double>();
        var between = new List<double>();
        var within = new List<double>();
        for (var c = 0; c < 150; c++)
        {
            var means = new List<double>();
            for (var k = 0; k < 8; k++)
            {
                var replicates = new List<double>();
                for (var r = 0; r < 4; r++)
                {
                    var sample = MockSample.Of("gpt-5", $"Template {k} of claim {c}", Options($"Claim {c}", r));
                    replicates.Add(Logit(sample.Probability));
                }
                means.Add(replicates.Average());
                if (means[^1] is > -2 and < 2)
                    within.Add(Deviation(replicates));
            }
            claims.Add(means.Average());
            if (claims[^1] is > -1.5 and < 1.5)
                between.Add(Deviation(means));
        }

        Deviation(claims).ShouldBeInRange(1.4, 2.3);
        between.Average().ShouldBeInRange(0.27, 0.45);
        within.Average().ShouldBeInRange(0.11, 0.2);
    }

    [Fact]
    public async Task An_answer_is_complete_labelled_and_free_of_links()
    {
        var response = await Ask("Water is wet.", "Template 1", 2);

        var answer = JsonElement.Parse(response.Text);
        var probability = answer.GetProperty("belief").GetProperty("prob_true").GetDouble();
        probability.ShouldBe(Math.Round(probability, 2));
        answer
            .GetProperty("belief")
            .GetProperty("label")
            .GetString()
            .ShouldBeOneOf("very_unlikely", "unlikely", "uncertain", "likely", "very_likely");
        answer.GetProperty("reasons").GetArrayLength().ShouldBeInRange(2, 4);
        answer.GetProperty("assumptions").GetArrayLength().ShouldBeLessThanOrEqualTo(3);
        answer.GetProperty("uncertainties").GetArrayLength().ShouldBeLessThanOrEqualTo(3);
        answer.GetProperty("flags").GetProperty("refused").GetBoolean().ShouldBeFalse();
        response.Text.ShouldNotContain("http");
        response.ModelId.ShouldBe("gpt-5-MOCK");
        response.ResponseId.ShouldStartWith("mock_");
        response.IsMock().ShouldBeTrue();
        response.UsageEstimated().ShouldBeTrue();
        response.Usage!.OutputTokenCount.ShouldBe(TokenEstimate.FromLength(response.Text.Length));
        response.Usage.InputTokenCount!.Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_a_belief_to_give_it_echoes_under_its_own_name()
    {
        var response = await Client().GetResponseAsync("Hello  there", cancellationToken: none);

        response.Text.ShouldBe("[mock gpt-5] You wrote: Hello there");
    }

    [Fact]
    public async Task Another_schema_gets_the_smallest_value_it_allows()
    {
        var schema = JsonElement.Parse(
            """
            {"type":"object","required":["kind","score","tags","who","note","more"],
             "$defs":{"person":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}},
             "properties":{"kind":{"enum":["a","b"]},"score":{"type":"integer","minimum":3},
              "tags":{"type":"array","minItems":2,"items":{"type":"string","maxLength":4}},
              "who":{"$ref":"#/$defs/person"},"note":{"type":["null","string"]},"more":{"type":"boolean"},
              "left_out":{"type":"string"}}}
            """
        );

        var response = await Client()
            .GetResponseAsync(
                "go",
                new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema) },
                none
            );

        response.Text.ShouldBe(
            """{"kind":"a","score":3,"tags":["[moc","[moc"],"who":{"name":"[mock]"},"note":null,"more":false}"""
        );
    }

    [Fact]
    public async Task A_stream_joins_to_the_same_answer_and_ends_with_the_usage()
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client().GetStreamingResponseAsync(Prompt("T"), Options("Water is wet."), none))
            updates.Add(update);

        updates.Count.ShouldBeGreaterThan(5);
        updates[^1].Contents.OfType<UsageContent>().ShouldHaveSingleItem();
        updates.ToChatResponse().Text.ShouldBe((await Ask("Water is wet.", "T", 0)).Text);
        updates.ToChatResponse().IsMock().ShouldBeTrue();
    }

    [Fact]
    public async Task The_configured_latency_is_waited_and_a_slow_call_takes_ten_times_as_long()
    {
        var time = new RecordingTime();
        await Client(new MockBehaviour(TimeSpan.FromMilliseconds(50)), time)
            .GetResponseAsync("x", cancellationToken: none);
        var slow = new MockBehaviour(TimeSpan.FromMilliseconds(50), 1, MockFailure.Slow);
        var response = await Client(slow, time).GetResponseAsync("x", cancellationToken: none);

        time.Waits.ShouldBe([TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)]);
        response.LatencyMs().ShouldBe(500);
    }

    [Fact]
    public async Task A_rate_limit_passes_through_the_retries()
    {
        var time = new RecordingTime();
        var client = Client(new MockBehaviour(FailureRate: 0.3, Failures: MockFailure.RateLimited), time);
        var attempts = 0;
        for (var replicate = 0; replicate < 40; replicate++)
            attempts += (await client.GetResponseAsync(Prompt("T"), Options("C", replicate), none)).Attempts();

        attempts.ShouldBeInRange(46, 75);
        time.Waits.Count.ShouldBe(attempts - 40);
        time.Waits.ShouldAllBe(wait => wait >= TimeSpan.FromMilliseconds(20) && wait <= TimeSpan.FromMilliseconds(22));
    }

    [Fact]
    public async Task A_malformed_answer_is_not_JSON_and_a_later_attempt_may_be()
    {
        var client = Client(new MockBehaviour(FailureRate: 0.5, Failures: MockFailure.Malformed));
        var broken = 0;
        var cured = 0;
        for (var replicate = 0; replicate < 40; replicate++)
        {
            var first = await client.GetResponseAsync(Prompt("T"), Options("C", replicate), none);
            if (JsonRepair.Extract(first.Text).Object is not null)
                continue;
            broken++;
            var again = SampleIdentity.Set(
                new ChatOptions { ResponseFormat = BeliefFormat },
                "C",
                replicate,
                attempt: 1
            );
            if (JsonRepair.Extract((await client.GetResponseAsync(Prompt("T"), again, none)).Text).Object is not null)
                cured++;
        }

        broken.ShouldBeInRange(10, 30);
        cured.ShouldBeInRange(1, broken - 1);
    }

    [Fact]
    public async Task A_refusal_is_seen_as_a_refusal()
    {
        var client = Client(new MockBehaviour(FailureRate: 1, Failures: MockFailure.Refusal));

        var response = await client.GetResponseAsync(Prompt("T"), Options("C"), none);

        response.FinishReason.ShouldBe(ChatFinishReason.ContentFilter);
        response.Refusal().ShouldBe("Mock: I will not answer that.");
        response.Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dying_provider_stays_dead_after_its_last_call()
    {
        var client = Client(new MockBehaviour(DieAfter: 2), new RecordingTime());

        await client.GetResponseAsync("1", cancellationToken: none);
        await client.GetResponseAsync("2", cancellationToken: none);
        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            client.GetResponseAsync("3", cancellationToken: none)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Network);
        thrown.Attempts.ShouldBe(5);
    }

    [Fact]
    public async Task A_stream_can_die_half_way()
    {
        var client = Client(new MockBehaviour(FailureRate: 1, Failures: MockFailure.Dying), new RecordingTime());
        var seen = "";

        var thrown = await Should.ThrowAsync<ModelCallException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync(Prompt("T"), Options("C"), none))
                seen += update.Text;
        });

        thrown.Kind.ShouldBe(ModelCallFailure.Interrupted);
        seen.Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Cancelling_ends_the_latency()
    {
        using var stop = new CancellationTokenSource();
        var client = Client(new MockBehaviour(TimeSpan.FromHours(1)), new ManualTime());

        var call = client.GetResponseAsync("x", cancellationToken: stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    private async Task<ChatResponse> Ask(string claim, string template, int replicate) =>
        await Client().GetResponseAsync(Prompt(template), Options(claim, replicate), none);

    private static IChatClient Client(MockBehaviour? behaviour = null, TimeProvider? time = null)
    {
        var options = new ModelCatalogOptions(Environment: _ => null);
        var choice = ModelCatalog.Load(options).Resolve("gpt-5", mock: true);
        return new ModelClients(options, time).Open(choice, behaviour);
    }

    private static ChatMessage[] Prompt(string template) => [new(ChatRole.User, template)];

    private static ChatOptions Options(string claim, int replicate = 0) =>
        SampleIdentity.Set(
            new ChatOptions { Instructions = "Be fair.", ResponseFormat = BeliefFormat },
            claim,
            replicate
        );

    private static double Logit(double p) => Math.Log(p / (1 - p));

    private static double Deviation(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
