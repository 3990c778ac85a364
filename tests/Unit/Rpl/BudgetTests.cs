using Heretix.Rpl.Execution;

namespace Heretix.Tests.Unit.Rpl;

public sealed class BudgetTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_could_pass_the_limit_is_refused()
    {
        var budget = new Budget(1.00m);
        (await budget.TryReserveAsync(0.60m, Stop)).ShouldBeTrue();
        budget.Settle(0.60m, 0.55m);
        (await budget.TryReserveAsync(0.46m, Stop)).ShouldBeFalse();
        (await budget.TryReserveAsync(0.45m, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_call_waits_while_others_may_still_settle_for_less()
    {
        var budget = new Budget(1.00m);
        (await budget.TryReserveAsync(0.80m, Stop)).ShouldBeTrue();
        var second = budget.TryReserveAsync(0.80m, Stop).AsTask();
        second.IsCompleted.ShouldBeFalse();
        budget.Settle(0.80m, 0.10m);
        (await second).ShouldBeTrue();
    }

    [Fact]
    public async Task A_call_that_waited_is_refused_when_the_others_cost_too_much()
    {
        var budget = new Budget(1.00m);
        (await budget.TryReserveAsync(0.80m, Stop)).ShouldBeTrue();
        var second = budget.TryReserveAsync(0.80m, Stop).AsTask();
        budget.Settle(0.80m, 0.75m);
        (await second).ShouldBeFalse();
        budget.Spent.ShouldBe(0.75m);
    }

    [Fact]
    public async Task What_earlier_processes_spent_counts()
    {
        var budget = new Budget(1.00m);
        budget.Add(0.90m);
        (await budget.TryReserveAsync(0.20m, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_that_was_not_answered_costs_nothing()
    {
        var budget = new Budget(1.00m);
        await budget.TryReserveAsync(0.90m, Stop);
        budget.Settle(0.90m, 0);
        (await budget.TryReserveAsync(1.00m, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Many_calls_at_once_never_pass_the_limit()
    {
        var budget = new Budget(1.00m);
        var random = new Random(7);
        var costs = Enumerable.Range(0, 400).Select(_ => (decimal)random.Next(1, 100) / 1000).ToList();
        await Task.WhenAll(
            costs.Select(async cost =>
            {
                if (!await budget.TryReserveAsync(0.1m, Stop))
                    return;
                await Task.Yield();
                budget.Settle(0.1m, cost);
            })
        );
        budget.Spent.ShouldBeInRange(0.8m, 1.00m);
    }
}
