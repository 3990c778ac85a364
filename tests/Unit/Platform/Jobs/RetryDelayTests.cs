using Heretix.Platform.Jobs;

namespace Heretix.Tests.Unit.Platform.Jobs;

/// <summary>How long a job waits between attempts, and how often it was handed over.</summary>
public sealed class RetryDelayTests
{
    [Fact]
    public void The_wait_doubles_after_each_attempt_up_to_the_largest()
    {
        var retry = new JobRetry(8, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20));
        Enumerable.Range(1, 5).Select(attempt => retry.DelayAfter(attempt).TotalSeconds).ShouldBe([3, 6, 12, 20, 20]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_thousandth_wait_is_no_overflow(int seconds)
    {
        var retry = new JobRetry(int.MaxValue, TimeSpan.FromSeconds(seconds), TimeSpan.FromHours(seconds));
        retry.DelayAfter(5000).ShouldBe(TimeSpan.FromHours(seconds));
    }

    [Fact]
    public void Only_an_exception_counts_as_an_attempt()
    {
        Delivery.First.HandedBack().AfterDeath().AfterError().ShouldBe(new Delivery(Run: 4, Attempt: 2, Deaths: 1));
    }

    [Fact]
    public void A_failed_job_is_one_line_of_the_table()
    {
        var failed = new JobEntry(
            JobState.Failed,
            "checks.export",
            "2026-03-14",
            5,
            Since: new DateTimeOffset(2026, 3, 14, 3, 0, 7, TimeSpan.Zero),
            Worker: "one",
            ErrorType: "System.IO.IOException",
            Error: "no space\nleft"
        );
        failed
            .Cells()
            .ShouldBe([
                "failed",
                "checks.export",
                "2026-03-14",
                "5",
                "",
                "2026-03-14 03:00:07Z",
                "one",
                "IOException: no space left",
            ]);
    }

    [Fact]
    public void Two_handlers_for_one_kind_are_refused()
    {
        JobKind Kind() => new("a.b", JobRetry.Default, typeof(int), _ => "", (_, _, _, _) => Task.CompletedTask);
        Should.Throw<InvalidOperationException>(() => new JobKinds([Kind(), Kind()])).Message.ShouldContain("a.b");
    }
}
