using Heretix.Models;
using Heretix.Research.Store;
using Heretix.Rpl;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Results;

namespace Heretix.Tests.Unit.Research;

public sealed class MeasuringTests
{
    [Fact]
    public async Task Measuring_again_gives_the_same_digits_from_the_cache_and_pays_nothing()
    {
        await using var lab = new Laboratory();
        var first = await lab.MeasureAsync(Laboratory.Request);
        var second = await lab.MeasureAsync(Laboratory.Request);
        Digits(second).ShouldBe(Digits(first));
        second.RunId.ShouldBe(first.RunId);
        second.ExecutionId.ShouldNotBe(first.ExecutionId);
        second.Aggregates.CacheHitRate.ShouldBe(1);
        second.TokensIn.ShouldBe(0);
        second.CostUsd.ShouldBe(0);
        first.CostUsd.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_partly_cached_measurement_equals_a_fresh_one()
    {
        await using var partly = new Laboratory();
        await partly.MeasureAsync(Laboratory.Request with { K = 5, R = 1 });
        await partly.MeasureAsync(Laboratory.Request with { K = 12, R = 2, T = 7 });
        var mixed = await partly.MeasureAsync(Laboratory.Request with { K = 16, R = 3 });
        await using var fresh = new Laboratory();
        var clean = await fresh.MeasureAsync(Laboratory.Request with { K = 16, R = 3 });
        mixed.Aggregates.CacheHitRate.ShouldBeInRange(0.1, 0.9);
        Digits(mixed).ShouldBe(Digits(clean));
    }

    [Fact]
    public async Task The_number_of_lanes_changes_nothing_in_the_result()
    {
        await using var narrow = new Laboratory();
        await using var wide = new Laboratory();
        var one = await narrow.MeasureAsync(Laboratory.Request, lanes: 1);
        var many = await wide.MeasureAsync(Laboratory.Request, lanes: 64);
        Digits(many).ShouldBe(Digits(one));
    }

    [Fact]
    public async Task Escalation_ends_with_the_digits_of_its_last_stage_measured_directly()
    {
        await using var lab = new Laboratory();
        var request = Laboratory.Request with { Auto = true };
        var auto = await lab.MeasureAsync(request);
        var log = auto.DecisionLog.ShouldNotBeNull();
        log[^1].Action.ShouldBe(log[^1].FailedGates.Count == 0 ? "stop_passed" : "stop_exhausted");
        log.SkipLast(1).ShouldAllBe(decision => decision.Action == "escalate" && decision.FailedGates.Count > 0);

        await using var direct = new Laboratory();
        var fixedSize = await direct.MeasureAsync(Laboratory.Request with { K = log[^1].K, R = log[^1].R });
        Digits(auto).ShouldBe(Digits(fixedSize));
        auto.RunId.ShouldBe(fixedSize.RunId);
        auto.TokensIn.ShouldBe(fixedSize.TokensIn, "no sample of an earlier stage is asked again");
        auto.Aggregates.CacheHitRate.ShouldBe(0);
    }

    [Fact]
    public async Task Escalation_takes_three_stages_when_the_gates_keep_failing()
    {
        await using var lab = new Laboratory
        {
            Mock = new MockBehaviour(FailureRate: 0.1, Failures: MockFailure.Refusal),
        };
        var auto = await lab.MeasureAsync(Laboratory.Request with { Auto = true, Claim = "Refused now and then" });
        auto.DecisionLog!.Select(decision => (decision.K, decision.R)).ShouldBe([(8, 2), (16, 2), (16, 3)]);
        auto.DecisionLog![^1].Action.ShouldBe("stop_exhausted");
        auto.DecisionLog![^1]
            .FailedGates.ShouldContain(gate => gate.StartsWith("rpl_compliance_rate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cost_limit_stops_before_it_is_passed_and_a_higher_one_goes_on()
    {
        await using var lab = new Laboratory();
        var free = await lab.MeasureAsync(Laboratory.Request with { Claim = "What would it cost?" });
        var whole = free.CostUsd!.Value;
        var limit = whole / 2;

        var failure = await Should.ThrowAsync<MeasurementException>(() => lab.MeasureAsync(Laboratory.Request, limit));
        failure.Failure.ShouldBe(MeasurementFailure.CostLimit);
        var spent = Spent(lab);
        spent.ShouldBeLessThanOrEqualTo(limit);
        lab.Store.Runs.List(new ExecutionFilter(Status: "stopped")).Count.ShouldBe(1);

        var done = await lab.MeasureAsync(Laboratory.Request, whole * 10);
        await using var fresh = new Laboratory();
        var clean = await fresh.MeasureAsync(Laboratory.Request);
        Digits(done).ShouldBe(Digits(clean));
        done.CostUsd.ShouldBe(clean.CostUsd, "what the stopped part paid belongs to the same execution");

        static decimal Spent(Laboratory lab)
        {
            using var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={lab.Database};Pooling=False");
            db.Open();
            using var command = db.CreateCommand();
            command.CommandText =
                "SELECT COALESCE(SUM(cost_usd), 0) FROM samples WHERE execution_id = (SELECT execution_id FROM executions WHERE status = 'stopped')";
            return Convert.ToDecimal(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_cost_limit_needs_a_price()
    {
        await using var lab = new Laboratory();
        var request = Laboratory.Request with { Model = "some-model", BaseUrl = new Uri("http://127.0.0.1:1") };
        var failure = await Should.ThrowAsync<MeasurementException>(() => lab.MeasureAsync(request, 1));
        failure.Failure.ShouldBe(MeasurementFailure.NoPrice);
        failure.Message.ShouldContain("some-model");
    }

    [Fact]
    public async Task Too_few_valid_samples_is_an_error_that_keeps_them()
    {
        await using var lab = new Laboratory
        {
            Mock = new MockBehaviour(FailureRate: 1, Failures: MockFailure.Refusal),
        };
        var failure = await Should.ThrowAsync<MeasurementException>(() => lab.MeasureAsync(Laboratory.Request));
        failure.Failure.ShouldBe(MeasurementFailure.TooFewValidSamples);
        failure.Message.ShouldContain("refused");
        lab.Store.Cache.Contents().Samples.ShouldBe(16);
        lab.Store.Runs.List(new ExecutionFilter()).ShouldHaveSingleItem().Status.ShouldBe("failed");
    }

    [Fact]
    public async Task Invalid_answers_are_asked_again_at_most_twice_and_every_attempt_is_paid_for()
    {
        await using var lab = new Laboratory
        {
            Mock = new MockBehaviour(FailureRate: 1, Failures: MockFailure.Malformed),
        };
        await Should.ThrowAsync<MeasurementException>(() => lab.MeasureAsync(Laboratory.Request));
        var samples = Samples(lab);
        samples.Count.ShouldBe(16);
        samples.ShouldAllBe(sample => sample.Attempts == 3);
    }

    [Fact]
    public async Task An_answer_that_is_valid_at_the_second_attempt_counts()
    {
        await using var lab = new Laboratory
        {
            Mock = new MockBehaviour(FailureRate: 0.4, Failures: MockFailure.Malformed),
        };
        var result = await lab.MeasureAsync(Laboratory.Request with { K = 16, R = 4 });
        Samples(lab).ShouldContain(sample => sample.Valid && sample.Attempts == 2);
        result.Sampling.SamplesValid.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task Without_cache_an_execution_asks_everything_anew_and_changes_no_history()
    {
        await using var lab = new Laboratory();
        var first = await lab.MeasureAsync(Laboratory.Request);
        var second = await lab.MeasureAsync(Laboratory.Request with { NoCache = true });
        second.Aggregates.CacheHitRate.ShouldBe(0);
        second.TokensIn.ShouldBe(first.TokensIn);
        lab.Store.Cache.Contents().Samples.ShouldBe(32);
        lab.Store.Runs.Samples(first.ExecutionId).ShouldAllBe(sample => sample.ExecutionId == first.ExecutionId);
    }

    [Fact]
    public async Task A_stopped_measurement_is_taken_up_under_the_same_execution()
    {
        await using var lab = new Laboratory { Mock = new MockBehaviour(Latency: TimeSpan.FromMilliseconds(2)) };
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(5, stop);
        await Should.ThrowAsync<OperationCanceledException>(() =>
            lab.MeasureAsync(Laboratory.Request, progress: progress, stop: stop, lanes: 1)
        );
        var stopped = lab.Store.Runs.List(new ExecutionFilter()).ShouldHaveSingleItem();
        stopped.Status.ShouldBe("stopped");
        var stored = lab.Store.Cache.Contents().Samples;
        stored.ShouldBeInRange(5, 15);

        var result = await lab.MeasureAsync(Laboratory.Request);
        result.ExecutionId.ShouldBe(stopped.ExecutionId);
        result.Aggregates.CacheHitRate.ShouldBe(0, "they are this execution's own");
        await using var fresh = new Laboratory();
        var clean = await fresh.MeasureAsync(Laboratory.Request);
        Digits(result).ShouldBe(Digits(clean));
        result.CostUsd.ShouldBe(clean.CostUsd);
        lab.Notices.ShouldContain(notice => notice.Contains(stopped.ExecutionId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_processes_with_one_claim_pay_once()
    {
        await using var lab = new Laboratory { Mock = new MockBehaviour(Latency: TimeSpan.FromMilliseconds(5)) };
        var left = lab.Measurer(lab.Open());
        var right = lab.Measurer(lab.Open());
        using var lanes = new CallLanes(2);
        var results = await Task.WhenAll(
            left.MeasureAsync(
                Laboratory.Request,
                lanes,
                null,
                export: false,
                stop: TestContext.Current.CancellationToken
            ),
            right.MeasureAsync(
                Laboratory.Request,
                lanes,
                null,
                export: false,
                stop: TestContext.Current.CancellationToken
            )
        );
        results.Count(result => result.CostUsd > 0).ShouldBe(1);
        Digits(results[0]).ShouldBe(Digits(results[1]));
        lab.Notices.ShouldContain(notice => notice.Contains("waiting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Seeds_of_64_unsigned_bits_survive_the_store()
    {
        await using var lab = new Laboratory();
        var seed = new Heretix.Rpl.Requests.SeedChoice(ulong.MaxValue, "cfg");
        var run = await lab.MeasureAsync(Laboratory.Request with { Seed = seed });
        run.Seed.ShouldBe("18446744073709551615");
        run.Aggregation.BootstrapSeed.ShouldBe("18446744073709551615");
        lab.Store.Runs.Result(run.ExecutionId)!.Aggregation.BootstrapSeed.ShouldBe("18446744073709551615");
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_refused_before_any_call()
    {
        await using var lab = new Laboratory();
        var failure = await Should.ThrowAsync<MeasurementException>(() =>
            lab.MeasureAsync(Laboratory.Request with { MaxPromptChars = 100 })
        );
        failure.Failure.ShouldBe(MeasurementFailure.PromptTooLong);
        lab.Store.Runs.List(new ExecutionFilter()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_kept_result_answers_until_its_time_is_over()
    {
        var time = new SettableTime();
        await using var lab = new Laboratory { Time = time, ResultCacheTime = TimeSpan.FromMinutes(10) };
        var first = await lab.MeasureAsync(Laboratory.Request);
        var kept = await lab.MeasureAsync(Laboratory.Request);
        kept.CacheHit.ShouldBeTrue();
        kept.ExecutionId.ShouldBe(first.ExecutionId);
        kept.Aggregates.CacheHitRate.ShouldBe(1);
        kept.CostUsd.ShouldBe(0);
        Digits(kept).ShouldBe(Digits(first));
        time.Now += TimeSpan.FromMinutes(11);
        (await lab.MeasureAsync(Laboratory.Request)).CacheHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Requests_that_differ_in_any_defining_value_have_different_run_ids()
    {
        await using var lab = new Laboratory();
        var request = Laboratory.Request with { B = 20 };
        Heretix.Rpl.Requests.MeasurementRequest[] variants =
        [
            request,
            request with
            {
                Claim = "Another claim",
            },
            request with
            {
                Model = "gpt-5-mini",
            },
            request with
            {
                PromptVersion = "rpl_h2",
            },
            request with
            {
                K = 9,
            },
            request with
            {
                R = 1,
            },
            request with
            {
                T = 5,
            },
            request with
            {
                B = 21,
            },
            request with
            {
                Seed = new(1, "cfg"),
            },
            request with
            {
                Seed = new(1, "env"),
            },
            request with
            {
                MaxOutputTokens = 500,
            },
        ];
        var ids = new List<string>();
        foreach (var variant in variants)
            ids.Add((await lab.MeasureAsync(variant)).RunId);
        ids.ShouldBeUnique();
    }

    private static string Digits(RunResult run) =>
        System.Text.Json.JsonSerializer.Serialize(
            run with
            {
                ExecutionId = "",
                RunId = "",
                CreatedAt = default,
                TokensIn = 0,
                TokensOut = 0,
                CostUsd = 0,
                CacheHit = false,
                DecisionLog = null,
                SimpleExpl = new ReadingBlock("", [], [], ""),
                Aggregates = run.Aggregates with { CacheHitRate = 0 },
            },
            ResultJson.Compact.RunResult
        );

    private static IReadOnlyList<Heretix.Rpl.Storage.Sample> Samples(Laboratory lab)
    {
        using var db = lab.Store.OpenReader();
        using var command = Sql.Command(db, null, "SELECT cache_key FROM samples");
        var keys = new List<string>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                keys.Add(reader.GetString(0).Split('#')[0]);
        }
        var execution = lab.Store.Runs.List(new ExecutionFilter()).Single().ExecutionId;
        return [.. SampleRows.Find(db, execution, keys).Values];
    }

    private sealed class StopAfter(int samples, CancellationTokenSource stop) : IProgress<MeasurementProgress>
    {
        public void Report(MeasurementProgress value)
        {
            if (value.Done >= samples)
                stop.Cancel();
        }
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
