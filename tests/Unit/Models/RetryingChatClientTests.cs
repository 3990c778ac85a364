using Heretix.Models;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Unit.Models;

public sealed class RetryingChatClientTests
{
    private readonly RecordingTime time = new();
    private readonly CancellationToken none = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rate_limited_call_waits_as_long_as_the_server_asks()
    {
        var inner = new ScriptedClient(
            ScriptedClient.Failure(ModelCallFailure.RateLimited, TimeSpan.FromSeconds(7)),
            "yes"
        );

        var response = await Client(inner, jitter: 0).GetResponseAsync("hi", cancellationToken: none);

        response.Text.ShouldBe("yes");
        response.Attempts().ShouldBe(2);
        time.Waits.ShouldBe([TimeSpan.FromSeconds(7)]);
    }

    [Theory]
    [InlineData(0.0, 0.5, 1.0, 2.0, 4.0)]
    [InlineData(0.999999, 1.0, 2.0, 4.0, 8.0)]
    public async Task Without_being_asked_the_back_off_doubles_between_half_and_whole(
        double jitter,
        params double[] seconds
    )
    {
        var failure = ScriptedClient.Failure(ModelCallFailure.ServerError);
        var inner = new ScriptedClient(failure, failure, failure, failure, "yes");

        await Client(inner, jitter).GetResponseAsync("hi", cancellationToken: none);

        time.Waits.Select(wait => Math.Round(wait.TotalSeconds, 3)).ShouldBe(seconds);
    }

    [Fact]
    public async Task After_the_last_attempt_the_failure_is_passed_on_with_the_number_of_attempts()
    {
        var failure = ScriptedClient.Failure(ModelCallFailure.Overloaded);
        var inner = new ScriptedClient(failure, failure, failure, failure, failure, "too late");

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Client(inner).GetResponseAsync("hi", cancellationToken: none)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Overloaded);
        thrown.Attempts.ShouldBe(5);
        inner.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_server_that_asks_for_more_than_the_whole_patience_ends_the_call_at_once()
    {
        var inner = new ScriptedClient(
            ScriptedClient.Failure(ModelCallFailure.RateLimited, TimeSpan.FromHours(1)),
            "too late"
        );

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            Client(inner).GetResponseAsync("hi", cancellationToken: none)
        );

        thrown.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        time.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_waits_of_one_call_add_up_to_no_more_than_the_patience()
    {
        var failure = ScriptedClient.Failure(ModelCallFailure.RateLimited, TimeSpan.FromSeconds(50));
        var inner = new ScriptedClient(failure, failure, failure, "too late");

        await Should.ThrowAsync<ModelCallException>(() =>
            Client(inner, jitter: 0).GetResponseAsync("hi", cancellationToken: none)
        );

        time.Waits.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(ModelCallFailure.Unauthorized)]
    [InlineData(ModelCallFailure.QuotaExhausted)]
    [InlineData(ModelCallFailure.InvalidRequest)]
    [InlineData(ModelCallFailure.NotFound)]
    [InlineData(ModelCallFailure.UnreadableReply)]
    [InlineData(ModelCallFailure.Interrupted)]
    public async Task What_waiting_cannot_cure_is_not_asked_again(ModelCallFailure kind)
    {
        var inner = new ScriptedClient(ScriptedClient.Failure(kind), "unreached");

        await Should.ThrowAsync<ModelCallException>(() =>
            Client(inner).GetResponseAsync("hi", cancellationToken: none)
        );

        inner.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Every_attempt_carries_the_same_idempotency_key_and_the_callers_options_stay_as_they_are()
    {
        var inner = new ScriptedClient(ScriptedClient.Failure(ModelCallFailure.Network), "yes");
        var options = SampleIdentity.Set(new ChatOptions(), "claim", 3, 0, "key-1");

        await Client(inner).GetResponseAsync("hi", options, none);

        inner.Calls.Select(SampleIdentity.IdempotencyKey).ShouldBe(["key-1", "key-1"]);
        inner.Calls.Select(SampleIdentity.Retry).ShouldBe([0, 1]);
        options.AdditionalProperties!.ContainsKey(SampleIdentity.RetryKey).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_between_attempts()
    {
        using var stop = new CancellationTokenSource();
        var inner = new ScriptedClient(
            ScriptedClient.Failure(ModelCallFailure.RateLimited, TimeSpan.FromSeconds(60)),
            "unreached"
        );
        var client = new RetryingChatClient(inner, new ModelCallOptions(), new ManualTime(), () => 0.5);

        var call = client.GetResponseAsync("hi", cancellationToken: stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_stream_is_asked_for_again_while_nothing_of_it_has_arrived()
    {
        var inner = new ScriptedClient(ScriptedClient.Failure(ModelCallFailure.Overloaded), "one ", "two");

        var response = await Client(inner)
            .GetStreamingResponseAsync("hi", cancellationToken: none)
            .ToChatResponseAsync(none);

        response.Text.ShouldBe("one two");
        response.Attempts().ShouldBe(2);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_later_is_not_asked_for_again()
    {
        var inner = new ScriptedClient("one ", ScriptedClient.Failure(ModelCallFailure.Network), "two");
        var seen = "";

        await Should.ThrowAsync<ModelCallException>(async () =>
        {
            await foreach (var update in Client(inner).GetStreamingResponseAsync("hi", cancellationToken: none))
                seen += update.Text;
        });

        seen.ShouldBe("one ");
        inner.Calls.Count.ShouldBe(1);
    }

    private RetryingChatClient Client(IChatClient inner, double jitter = 0.5) =>
        new(inner, new ModelCallOptions(), time, () => jitter);
}
