using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>What operators see and do, and what puts itself right.</summary>
public sealed class OperationsTests(PostgresCluster postgres) : JobsTest(postgres)
{
    [Fact]
    public async Task Queued_running_and_recurring_jobs_are_listed_with_their_worker_and_times()
    {
        await using var api = await HostAsync();
        await using var worker = await HostAsync(ServerRole.Worker);
        await EnqueueAsync(api, TestJobs.Slow, "now", 20_000);
        await EnqueueAsync(api, TestJobs.Slow, "later", 1, TimeSpan.FromHours(1));
        await UntilSeenAsync("started");

        var jobs = await Admin(api).ListAsync(cancellationToken: Cancel);

        var running = jobs.Single(job => job.State == JobState.Running && job.Kind == TestJobs.Slow);
        (running.Name, running.Attempt).ShouldBe(("now", 1));
        running.Worker.ShouldNotBeNullOrEmpty();
        running.Since.ShouldNotBeNull();
        var queued = jobs.Single(job => job.State == JobState.Queued && job.Kind == TestJobs.Slow);
        queued.Name.ShouldBe("later");
        queued.NextRun!.Value.ShouldBeGreaterThan(running.Since!.Value.AddMinutes(50));
        jobs.ShouldContain(job => job.State == JobState.Recurring && job.Kind == "jobs.stuck");
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(jobs, JobListJson.Default.IReadOnlyListJobEntry));
        json.RootElement[0].GetProperty("state").GetString().ShouldBe("running");
        json.RootElement[0].GetProperty("next_run").ValueKind.ShouldBe(JsonValueKind.Null);
        running.Cells().Count.ShouldBe(JobEntry.Headings.Count);

        (await Admin(api).CancelAsync(TestJobs.Slow, "now", Cancel)).ShouldBe(JobCancellation.Stopping);
        (await Admin(api).CancelAsync(TestJobs.Slow, "later", Cancel)).ShouldBe(JobCancellation.Removed);
        (await Admin(api).CancelAsync(TestJobs.Slow, "never", Cancel)).ShouldBe(JobCancellation.NotFound);
        await UntilEmptyAsync();
        (await SeenAsync("done")).ShouldBe(0);
        (await Postgres.ScalarAsync<long>(Database, "select count(*) from jobs.failed_jobs")).ShouldBe(0);
    }

    [Fact]
    public async Task The_sweep_frees_triggers_in_error_for_an_hour_and_an_operator_frees_them_later()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Note, "young", "young", TimeSpan.FromSeconds(3));
        await EnqueueAsync(host, TestJobs.Note, "old", "old", TimeSpan.FromSeconds(3));
        await Postgres.ExecuteAsync(
            Database,
            """
            update jobs.qrtz_triggers set trigger_state = 'ERROR',
                start_time = start_time - case job_name when 'old' then 80000000000 else 0 end
            where job_name in ('young', 'old')
            """
        );
        (await Admin(host).ListAsync(cancellationToken: Cancel)).Count(job => job.State == JobState.Stuck).ShouldBe(2);

        await SweepAsync(host);
        await UntilSeenAsync("young");
        (await Admin(host).ListAsync(cancellationToken: Cancel))
            .Single(job => job.State == JobState.Stuck)
            .Name.ShouldBe("old");

        (await Admin(host).RetryAsync(TestJobs.Note, "old", Cancel)).ShouldBe(1);
        await UntilSeenAsync("old");
    }

    [Fact]
    public async Task The_sweep_recovers_what_a_worker_had_that_is_not_even_known_any_more()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Note, "orphan", "ran", TimeSpan.FromHours(1));
        await OrphanAsync("orphan");
        await SweepAsync(host);
        await UntilSeenAsync("ran");
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task The_sweep_schedules_a_job_that_lost_its_trigger_and_forgets_failures_after_thirty_days()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Note, "lost", "found", TimeSpan.FromHours(1));
        await Postgres.ExecuteAsync(
            Database,
            """
            delete from jobs.qrtz_simple_triggers where trigger_name = 'lost#1';
            delete from jobs.qrtz_triggers where job_name = 'lost';
            insert into jobs.failed_jobs (kind, name, arguments, attempts, error_type, error, worker, failed_at)
            values ('test.note', 'old', '"x"', 1, 'E', 'e', 'w', now() - interval '31 days'),
                ('test.note', 'young', '"x"', 1, 'E', 'e', 'w', now() - interval '29 days')
            """
        );
        await SweepAsync(host);
        await UntilSeenAsync("found");
        (await Postgres.ScalarAsync<string>(Database, "select string_agg(name, ',') from jobs.failed_jobs")).ShouldBe(
            "young"
        );
    }

    [Fact]
    public async Task A_trace_goes_through_the_queue_and_runs_are_counted()
    {
        await using var host = await HostAsync(
            ServerRole.All,
            services => services.AddJob<FlakyJob, int>("test.traced", TestJobs.Quick)
        );
        var spans = new System.Collections.Concurrent.ConcurrentBag<Activity>();
        using var spansHeard = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Heretix.Platform" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(spansHeard);
        var counts = new System.Collections.Concurrent.ConcurrentDictionary<string, double>();
        using var metersHeard = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (
                    instrument.Meter.Name == "Heretix.Platform"
                    && instrument.Name.StartsWith("heretix.jobs", StringComparison.Ordinal)
                )
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        void Heard<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
            where T : struct
        {
            foreach (var tag in tags)
            {
                if (tag.Value is "test.traced")
                    counts.AddOrUpdate(instrument.Name, 1, (_, before) => before + 1);
            }
        }
        metersHeard.SetMeasurementEventCallback<long>(Heard);
        metersHeard.SetMeasurementEventCallback<double>(Heard);
        metersHeard.Start();

        using var source = new ActivitySource("test");
        string trace;
        using (var request = source.StartActivity("request")!)
        {
            trace = request.TraceId.ToString();
            await EnqueueAsync(host, "test.traced", "one", 1);
        }
        await UntilSeenAsync("done");
        await UntilAsync(() => Task.FromResult(counts.ContainsKey("heretix.jobs.completed")));

        var runs = spans.Where(span => span.OperationName == "job test.traced").ToList();
        runs.ShouldAllBe(span => span.TraceId.ToString() == trace);
        runs.Select(span => span.GetTagItem("heretix.job.attempt")).Order().ShouldBe([1, 2]);
        counts["heretix.jobs.started"].ShouldBe(2);
        counts["heretix.jobs.retried"].ShouldBe(1);
        counts["heretix.jobs.completed"].ShouldBe(1);
        counts["heretix.jobs.duration"].ShouldBe(2);
        counts["heretix.jobs.queue_wait"].ShouldBe(2);
    }

    [Fact]
    public async Task Jobs_that_wait_are_measured_by_kind()
    {
        await using var api = await HostAsync();
        await EnqueueAsync(api, TestJobs.Note, "a", "a");
        await EnqueueAsync(api, TestJobs.Note, "b", "b");
        await EnqueueAsync(api, TestJobs.Slow, "c", 1);
        await EnqueueAsync(api, TestJobs.Slow, "not due", 1, TimeSpan.FromHours(1));
        var backlog = api.Services.GetRequiredService<JobBacklog>();
        await backlog.CountAsync();
        backlog
            .Measure()
            .ToDictionary(measured => (string)measured.Tags[0].Value!, measured => measured.Value)
            .ShouldBe(new Dictionary<string, long> { [TestJobs.Note] = 2, [TestJobs.Slow] = 1 }, ignoreOrder: true);
    }
}
