using Heretix.Models;

namespace Heretix.Tests.Unit.Models;

public sealed class RequestPaceTests
{
    private readonly ManualTime time = new();
    private readonly CancellationToken none = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_burst_passes_at_once_and_the_rest_leave_in_order_at_the_rate()
    {
        var pace = new RequestPace(new RateLimits(60, 2, null), time);
        var order = new List<int>();
        async Task Call(int number)
        {
            await pace.EnterAsync(1, none);
            order.Add(number);
        }

        var calls = Enumerable.Range(0, 5).Select(Call).ToArray();
        order.ShouldBe([0, 1]);

        time.Advance(TimeSpan.FromSeconds(0.999));
        order.ShouldBe([0, 1]);
        time.Advance(TimeSpan.FromSeconds(0.001));
        await calls[2];
        order.ShouldBe([0, 1, 2]);
        time.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(calls);
        order.ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Tokens_are_limited_too_and_corrected_when_they_are_known()
    {
        var pace = new RequestPace(new RateLimits(null, 1, 6000), time);

        await pace.EnterAsync(6000, none);
        pace.Settle(6000, 6500);
        var waiting = pace.EnterAsync(100, none).AsTask();
        time.Advance(TimeSpan.FromSeconds(5.9));
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));
        await waiting;
    }

    [Fact]
    public async Task A_request_larger_than_a_minutes_tokens_waits_instead_of_never_passing()
    {
        var pace = new RequestPace(new RateLimits(null, 1, 600), time);

        var waiting = pace.EnterAsync(1200, none).AsTask();
        time.Advance(TimeSpan.FromSeconds(59));
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        await waiting;
    }

    [Fact]
    public async Task A_cancelled_wait_gives_its_share_back()
    {
        var pace = new RequestPace(new RateLimits(60, 1, null), time);
        await pace.EnterAsync(1, none);
        using var stop = new CancellationTokenSource();
        var cancelled = pace.EnterAsync(1, stop.Token).AsTask();

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);

        var next = pace.EnterAsync(1, none).AsTask();
        time.Advance(TimeSpan.FromSeconds(1));
        await next;
    }

    [Fact]
    public async Task A_pause_saves_up_no_more_than_one_burst()
    {
        var pace = new RequestPace(new RateLimits(60, 2, null), time);
        time.Advance(TimeSpan.FromHours(1));

        await pace.EnterAsync(1, none);
        await pace.EnterAsync(1, none);
        var third = pace.EnterAsync(1, none).AsTask();

        third.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        await third;
    }
}
