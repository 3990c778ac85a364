using Heretix.Models;
using Heretix.Tests.Integration.Stubs;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Integration.Models;

/// <summary>Streams of every provider: whole, cut through at any byte, failing and falling silent.</summary>
public sealed class StreamTests : ClientTest
{
    [Theory, MemberData(nameof(EveryProvider))]
    public async Task Text_arrives_piece_by_piece_and_the_last_update_has_the_usage(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.Stream("One ", "two ", "three.")));

        var updates = await DrainAsync(Open(stub).GetStreamingResponseAsync("count", cancellationToken: Token));

        updates.Select(u => u.Text).Where(t => t.Length > 0).ShouldBe(["One ", "two ", "three."]);
        var usage = updates[^1].Contents.OfType<UsageContent>().ShouldHaveSingleItem().Details;
        usage.InputTokenCount.ShouldBe(11);
        usage.OutputTokenCount.ShouldBe(7);
        var whole = updates.ToChatResponse();
        whole.FinishReason.ShouldBe(ChatFinishReason.Stop);
        whole.ModelId.ShouldBe(stub.Model + "-x");
        whole.ResponseId.ShouldNotBeNullOrEmpty();
        whole.UsageEstimated().ShouldBeFalse();
        whole.Attempts().ShouldBe(1);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task The_stream_is_asked_for_as_a_stream(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.Stream("x")));

        await DrainAsync(Open(stub).GetStreamingResponseAsync("count", cancellationToken: Token));

        stub.Last.Headers["Accept"].ShouldBe("text/event-stream");
        if (provider == Providers.Google)
            (stub.Last.Path + stub.Last.Query).ShouldEndWith(":streamGenerateContent?alt=sse");
        else
            stub.Last.Json.GetProperty("stream").GetBoolean().ShouldBeTrue();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task It_does_not_matter_where_the_network_cuts_the_bytes(string provider)
    {
        const string text = "Grüße 😀 \"quoted\" \\ 日本語\nnew line";
        var stub = await StubAsync(provider);
        foreach (var chunk in new[] { 1, 3, 7 })
            stub.Next(Answers.Events(stub.Stream(text, text), chunk));
        var client = Open(stub);

        for (var i = 0; i < 3; i++)
        {
            var updates = await DrainAsync(client.GetStreamingResponseAsync("x", cancellationToken: Token));
            updates.ToChatResponse().Text.ShouldBe(text + text);
        }
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task Windows_line_ends_are_line_ends(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.Stream("a", "b").Replace("\n", "\r\n", StringComparison.Ordinal), 5));

        var updates = await DrainAsync(Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token));

        updates.ToChatResponse().Text.ShouldBe("ab");
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task An_error_in_mid_stream_ends_it_after_the_text_that_came(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.StreamStart("Half ") + stub.StreamError));
        var seen = new List<ChatResponseUpdate>();

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            DrainAsync(Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token), seen)
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Interrupted);
        seen.ToChatResponse().Text.ShouldBe("Half ");
        stub.Requests.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task An_error_before_any_text_is_outlived(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.StreamError), Answers.Events(stub.Stream("ok")));

        var updates = await DrainAsync(Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token));

        updates.ToChatResponse().Text.ShouldBe("ok");
        updates.ToChatResponse().Attempts().ShouldBe(2);
        Time.Waits.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_cut_connection_is_seen_and_not_taken_for_the_end(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.EventsThenCut(stub.StreamStart("Half ")), Answers.Events(stub.StreamStart("Half ")));
        var client = Open(stub);

        for (var i = 0; i < 2; i++)
        {
            var seen = new List<ChatResponseUpdate>();
            var thrown = await Should.ThrowAsync<ModelCallException>(() =>
                DrainAsync(client.GetStreamingResponseAsync("x", cancellationToken: Token), seen)
            );
            thrown.Kind.ShouldBe(ModelCallFailure.Interrupted);
            seen.ToChatResponse().Text.ShouldBe("Half ");
        }
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task Silence_in_mid_stream_runs_into_the_time_limit(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.EventsThenSilence(stub.StreamStart("Half ")));
        var calls = new ModelCallOptions { Timeout = TimeSpan.FromMilliseconds(300), MaxAttempts = 1 };

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            DrainAsync(Open(stub, calls, TimeProvider.System).GetStreamingResponseAsync("x", cancellationToken: Token))
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Interrupted);
        thrown.Message.ShouldContain("silent");
        await stub.Abandoned.Task.WaitAsync(Token);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_reader_that_leaves_closes_the_connection(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.EventsThenSilence(stub.StreamStart("Half ")));

        await foreach (var update in Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token))
            if (update.Text.Length > 0)
                break;

        await stub.Abandoned.Task.WaitAsync(Token);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_refusal_in_a_stream_is_seen_as_a_refusal(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.StreamRefusal("I will not.")));

        var updates = await DrainAsync(Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token));

        var whole = updates.ToChatResponse();
        whole.FinishReason.ShouldBe(ChatFinishReason.ContentFilter);
        whole.Refusal().ShouldNotBeNull();
        whole.Text.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task A_server_that_answers_whole_instead_of_streaming_is_understood(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(stub.Says("All at once."));

        var updates = await DrainAsync(Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token));

        updates.ToChatResponse().Text.ShouldBe("All at once.");
        updates.ToChatResponse().Usage!.OutputTokenCount.ShouldBe(7);
    }

    [Theory, MemberData(nameof(EveryProvider))]
    public async Task Rubbish_in_a_stream_is_an_error(string provider)
    {
        var stub = await StubAsync(provider);
        stub.Next(Answers.Events(stub.StreamStart("Half ") + "data: {not json\n\n"));

        var thrown = await Should.ThrowAsync<ModelCallException>(() =>
            DrainAsync(Open(stub).GetStreamingResponseAsync("x", cancellationToken: Token))
        );

        thrown.Kind.ShouldBe(ModelCallFailure.Interrupted);
    }
}
