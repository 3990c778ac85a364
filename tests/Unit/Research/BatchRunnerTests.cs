using Heretix.Models;
using Heretix.Research.Batch;
using Heretix.Research.Store;
using Heretix.Rpl;
using Heretix.Rpl.Execution;

namespace Heretix.Tests.Unit.Research;

public sealed class BatchRunnerTests
{
    [Fact]
    public async Task Outcomes_come_in_the_order_of_the_items()
    {
        await using var lab = new Laboratory
        {
            Mock = new MockBehaviour(
                FailureRate: 0.3,
                Failures: MockFailure.Slow,
                Latency: TimeSpan.FromMilliseconds(1)
            ),
        };
        var outcomes = await RunAsync(lab, Items(40));
        outcomes.Select(outcome => outcome.Item.Ordinal).ShouldBe(Enumerable.Range(0, 40));
        outcomes.ShouldAllBe(outcome => outcome.Result != null);
        outcomes.Select(outcome => outcome.Result!.Claim).ShouldBe(Items(40).Select(item => item.Request.Claim));
    }

    [Fact]
    public async Task A_claim_that_cannot_be_measured_does_not_end_the_batch()
    {
        await using var lab = new Laboratory();
        var items = Items(6).ToList();
        items[2] = items[2] with { Request = items[2].Request with { MaxPromptChars = 50 } };
        var outcomes = await RunAsync(lab, items);
        outcomes[2].Failure!.Failure.ShouldBe(MeasurementFailure.PromptTooLong);
        outcomes.Count(outcome => outcome.Result is not null).ShouldBe(5);
    }

    [Fact]
    public async Task A_batch_stops_before_its_cost_limit_and_goes_on_with_a_higher_one()
    {
        await using var lab = new Laboratory();
        var price = (await lab.MeasureAsync(Laboratory.Request with { Claim = "What would it cost?" })).CostUsd!.Value;
        var partial = new List<BatchOutcome>();
        var failure = await Should.ThrowAsync<MeasurementException>(() =>
            RunAsync(lab, Items(10), limit: price * 4, into: partial)
        );
        failure.Failure.ShouldBe(MeasurementFailure.CostLimit);
        Spent(lab).ShouldBeLessThanOrEqualTo(price * 4);

        var outcomes = await RunAsync(lab, Items(10), limit: price * 40);
        await using var fresh = new Laboratory();
        var clean = await RunAsync(fresh, Items(10));
        outcomes.Select(Figures).ShouldBe(clean.Select(Figures));

        static decimal Spent(Laboratory lab)
        {
            using var db = lab.Store.OpenReader();
            return (decimal)
                Sql.Scalar<double>(
                    db,
                    null,
                    "SELECT COALESCE(SUM(s.cost_usd), 0) FROM samples s JOIN executions e USING (execution_id) WHERE e.batch_id IS NOT NULL"
                );
        }
    }

    [Fact]
    public async Task A_batch_gives_up_when_the_provider_stays_away_and_keeps_what_it_has()
    {
        await using var lab = new Laboratory();
        await RunAsync(lab, [.. Items(30).Take(3)]);
        lab.Mock = new MockBehaviour(FailureRate: 1, Failures: MockFailure.Dying);
        var outcomes = new List<BatchOutcome>();
        var failure = await Should.ThrowAsync<MeasurementException>(() => RunAsync(lab, Items(30), into: outcomes));
        failure.Failure.ShouldBe(MeasurementFailure.ProviderFailed);
        outcomes.Count.ShouldBeLessThan(30);
        outcomes.Take(3).ShouldAllBe(outcome => outcome.Result != null);
        lab.Mock = new MockBehaviour();
        (await RunAsync(lab, Items(30))).ShouldAllBe(outcome => outcome.Result != null);
    }

    [Fact]
    public async Task A_stopped_batch_goes_on_and_ends_like_an_uninterrupted_one()
    {
        await using var lab = new Laboratory { Mock = new MockBehaviour(Latency: TimeSpan.FromMilliseconds(1)) };
        var finished = new List<BatchOutcome>();
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            RunAsync(lab, Items(20), into: finished, stop: stop, stopAfter: 5)
        );
        finished.Count.ShouldBeInRange(5, 19);
        var outcomes = await RunAsync(lab, Items(20));
        outcomes
            .Take(5)
            .Select(outcome => outcome.Result!.ExecutionId)
            .ShouldBe(finished.Select(outcome => outcome.Result!.ExecutionId));
        await using var fresh = new Laboratory();
        (await RunAsync(fresh, Items(20))).Select(Figures).ShouldBe(outcomes.Select(Figures));
    }

    [Fact]
    public async Task A_finished_batch_run_again_answers_from_the_cache()
    {
        await using var lab = new Laboratory();
        await RunAsync(lab, Items(4));
        var again = await RunAsync(lab, Items(4));
        again.ShouldAllBe(outcome => outcome.Result!.Aggregates.CacheHitRate == 1 && outcome.Result.CostUsd == 0);
    }

    [Fact]
    public async Task A_finished_batch_without_cache_measures_anew()
    {
        await using var lab = new Laboratory();
        var items = Items(4).Select(item => item with { Request = item.Request with { NoCache = true } }).ToList();
        var first = await RunAsync(lab, items);
        var second = await RunAsync(lab, items);
        second.ShouldAllBe(outcome => outcome.Result!.Aggregates.CacheHitRate == 0);
        second.Select(outcome => outcome.Result!.ExecutionId).ShouldBeUnique();
        second
            .Select(outcome => outcome.Result!.ExecutionId)
            .Intersect(first.Select(outcome => outcome.Result!.ExecutionId))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_different_batches_at_once_never_wait_for_one_another_for_ever()
    {
        await using var lab = new Laboratory();
        var (left, right) = (lab.Open(), lab.Open());
        var both = await Task.WhenAll(
            RunAsync(lab, Items(150), left),
            RunAsync(lab, [.. Items(300).Skip(150).Select((item, n) => item with { Ordinal = n })], right)
        );
        both.SelectMany(outcomes => outcomes).Count(outcome => outcome.Result is not null).ShouldBe(300);
    }

    [Fact]
    public async Task A_claim_that_failed_for_good_is_not_paid_for_again_when_its_batch_goes_on()
    {
        await using var lab = new Laboratory();
        var items = Items(6).ToList();
        items[1] = items[1] with { Request = items[1].Request with { K = 2, R = 1 } };
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(lab, items, stop: stop, stopAfter: 2));
        var outcomes = await RunAsync(lab, items);
        outcomes[1].Failure!.Failure.ShouldBe(MeasurementFailure.TooFewValidSamples);
        lab.Store.Runs.List(new ExecutionFilter(Claim: "Claim number 1")).ShouldHaveSingleItem();
        outcomes.Count(outcome => outcome.Result is not null).ShouldBe(5);
    }

    [Fact]
    public async Task One_claim_twice_in_a_batch_is_paid_for_once()
    {
        await using var lab = new Laboratory { Mock = new MockBehaviour(Latency: TimeSpan.FromMilliseconds(1)) };
        var items = Items(2).Select(item => item with { Request = Laboratory.Request }).ToList();
        var outcomes = await RunAsync(lab, items);
        outcomes.Count(outcome => outcome.Result!.CostUsd > 0).ShouldBe(1);
        outcomes[0].Result!.Aggregates.ProbTrueRpl.ShouldBe(outcomes[1].Result!.Aggregates.ProbTrueRpl);
    }

    [Fact]
    public async Task Two_equal_batches_at_once_pay_once()
    {
        await using var lab = new Laboratory { Mock = new MockBehaviour(Latency: TimeSpan.FromMilliseconds(1)) };
        var both = await Task.WhenAll(RunAsync(lab, Items(5), lab.Open()), RunAsync(lab, Items(5), lab.Open()));
        both.SelectMany(outcomes => outcomes).Count(outcome => outcome.Result!.CostUsd > 0).ShouldBe(5);
        both[0]
            .Select(outcome => outcome.Result!.Aggregates.ProbTrueRpl)
            .ShouldBe(both[1].Select(outcome => outcome.Result!.Aggregates.ProbTrueRpl));
    }

    private static IReadOnlyList<BatchItem> Items(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(n => new BatchItem(
                    n,
                    new ClaimLine($"c{n}", $"Claim number {n}", null, null, n + 1),
                    Laboratory.Request with
                    {
                        Claim = $"Claim number {n}",
                        B = 50,
                    }
                )),
        ];

    private static (double, double, double, decimal?) Figures(BatchOutcome outcome) =>
        (
            outcome.Result!.Aggregates.ProbTrueRpl,
            outcome.Result.Aggregates.Ci95[0],
            outcome.Result.Aggregates.WholeClusterCi95[1],
            outcome.Result.CostUsd
        );

    private static async Task<IReadOnlyList<BatchOutcome>> RunAsync(
        Laboratory lab,
        IReadOnlyList<BatchItem> items,
        ResearchStore? store = null,
        decimal? limit = null,
        List<BatchOutcome>? into = null,
        CancellationTokenSource? stop = null,
        int stopAfter = int.MaxValue
    )
    {
        store ??= lab.Store;
        using var lanes = new CallLanes(4, new Budget(limit), TestContext.Current.CancellationToken);
        var runner = new BatchRunner(lab.Measurer(store), store, lanes, TimeProvider.System);
        var outcomes = into ?? [];
        await foreach (
            var outcome in runner.RunAsync(items, null, null, stop?.Token ?? TestContext.Current.CancellationToken)
        )
        {
            outcomes.Add(outcome);
            if (outcomes.Count >= stopAfter)
                await stop!.CancelAsync();
        }
        await runner.CloseAsync();
        return outcomes;
    }
}
