using Heretix.Research.Store;
using Microsoft.Data.Sqlite;

namespace Heretix.Tests.Unit.Research;

public sealed class StoreTests
{
    [Fact]
    public async Task A_store_of_the_earlier_system_opens_and_keeps_its_rows()
    {
        await using var lab = new Laboratory();
        Execute(lab.Database, EarlierSystem);
        await lab.MeasureAsync(Laboratory.Request);

        Scalar(lab.Database, "SELECT claim FROM runs WHERE run_id = 'heretix-rpl-old'").ShouldBe("An old claim");
        Scalar(lab.Database, "SELECT typeof(seed) || ' ' || seed FROM runs WHERE run_id = 'heretix-rpl-old'")
            .ShouldBe("text 42");
        Scalar(lab.Database, "SELECT typeof(bootstrap_seed) FROM runs WHERE run_id = 'heretix-rpl-old'")
            .ShouldBe("text");
        Scalar(lab.Database, "SELECT note FROM runs WHERE run_id = 'heretix-rpl-old'").ShouldBe("a column of its own");
        Scalar(lab.Database, "SELECT prob_true FROM samples WHERE cache_key = 'old-key'").ShouldBe(0.25);
        Scalar(lab.Database, "SELECT COUNT(*) FROM runs").ShouldBe(2L);
        Scalar(lab.Database, "PRAGMA journal_mode").ShouldBe("wal");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_store_of_an_older_version_opens(int version)
    {
        await using var lab = new Laboratory();
        await lab.MeasureAsync(Laboratory.Request);
        var path = lab["older.sqlite"];
        using (var connection = Connect(path))
        {
            using var transaction = connection.BeginTransaction();
            Migrations.ApplySteps(connection, transaction, 0, version);
            transaction.Commit();
        }
        Execute(
            path,
            $"PRAGMA user_version = {version}; INSERT INTO runs (run_id, claim, seed) VALUES ('r', 'kept', '7')"
        );
        await using var store = ResearchStore.Open(new StoreOptions(path, Durable: false), TimeProvider.System);
        Scalar(path, "SELECT claim FROM runs WHERE run_id = 'r'").ShouldBe("kept");
        Scalar(path, "SELECT COUNT(*) FROM executions WHERE status IS NULL").ShouldBe(0L);
        Scalar(path, "PRAGMA user_version").ShouldBe((long)Migrations.Current);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_left_alone()
    {
        await using var lab = new Laboratory();
        Execute(lab.Database, "PRAGMA user_version = 99; CREATE TABLE later (x)");
        Should.Throw<StoreException>(() => lab.Open()).Message.ShouldContain("newer version");
        Scalar(lab.Database, "PRAGMA user_version").ShouldBe(99L);
        Scalar(lab.Database, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'runs'").ShouldBe(0L);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_by_name()
    {
        await using var lab = new Laboratory();
        await File.WriteAllTextAsync(
            lab.Database,
            "this is a text and not a database at all",
            TestContext.Current.CancellationToken
        );
        Should.Throw<StoreException>(() => lab.Open()).Message.ShouldContain("store.sqlite");
    }

    [Fact]
    public async Task A_folder_in_place_of_the_file_is_refused_by_name()
    {
        await using var lab = new Laboratory();
        Directory.CreateDirectory(lab.Database);
        Should.Throw<StoreException>(() => lab.Open()).Message.ShouldContain("store.sqlite");
    }

    [Fact]
    public async Task A_deleted_execution_takes_its_samples_along_and_leaves_shared_ones()
    {
        await using var lab = new Laboratory();
        var small = await lab.MeasureAsync(Laboratory.Request with { K = 4, R = 1 });
        var large = await lab.MeasureAsync(Laboratory.Request with { K = 8, R = 1 });
        (await lab.Store.Runs.DeleteAsync(large.ExecutionId)).ShouldBe(4);
        lab.Store.Runs.Samples(small.ExecutionId).Count.ShouldBe(4);
        Should.Throw<StoreException>(() => lab.Store.Runs.Find(large.ExecutionId));
        await Should.ThrowAsync<StoreException>(() => lab.Store.Runs.DeleteAsync(large.ExecutionId));
    }

    [Fact]
    public async Task A_run_shows_its_next_older_execution_when_the_latest_is_deleted()
    {
        await using var lab = new Laboratory();
        var first = await lab.MeasureAsync(Laboratory.Request);
        var second = await lab.MeasureAsync(Laboratory.Request);
        Scalar(lab.Database, "SELECT execution_id FROM runs").ShouldBe(second.ExecutionId);
        await lab.Store.Runs.DeleteAsync(second.ExecutionId);
        Scalar(lab.Database, "SELECT execution_id FROM runs").ShouldBe(first.ExecutionId);
        await lab.Store.Runs.DeleteAsync(first.ExecutionId);
        Scalar(lab.Database, "SELECT COUNT(*) FROM runs").ShouldBe(0L);
        lab.Store.Cache.Contents().Samples.ShouldBe(0);
    }

    [Fact]
    public async Task Executions_are_found_by_the_beginning_of_an_id_when_that_is_clear()
    {
        await using var lab = new Laboratory();
        var run = await lab.MeasureAsync(Laboratory.Request);
        var other = await lab.MeasureAsync(Laboratory.Request with { Claim = "Another claim" });
        lab.Store.Runs.Find(run.ExecutionId).ExecutionId.ShouldBe(run.ExecutionId);
        lab.Store.Runs.Find(run.RunId).ExecutionId.ShouldBe(run.ExecutionId);
        lab.Store.Runs.Find(run.ExecutionId["exec-".Length..][..8]).ExecutionId.ShouldBe(run.ExecutionId);
        Should.Throw<StoreException>(() => lab.Store.Runs.Find("exec-")).Message.ShouldContain("ambiguous");
        Should.Throw<StoreException>(() => lab.Store.Runs.Find("nothing")).Message.ShouldContain("no execution");
        Should.Throw<StoreException>(() => lab.Store.Runs.Find(""));
        lab.Store.Runs.List(new ExecutionFilter(ClaimContains: "another"))
            .ShouldHaveSingleItem()
            .ExecutionId.ShouldBe(other.ExecutionId);
    }

    [Fact]
    public async Task Retired_samples_are_asked_anew_and_stay_in_history()
    {
        await using var lab = new Laboratory();
        var before = await lab.MeasureAsync(Laboratory.Request);
        (await lab.Store.Cache.RetireSamplesAsync(null)).ShouldBe(16);
        var after = await lab.MeasureAsync(Laboratory.Request);
        after.Aggregates.CacheHitRate.ShouldBe(0);
        lab.Store.Runs.Samples(before.ExecutionId).Count.ShouldBe(16);
        lab.Store.Runs.Samples(before.ExecutionId).ShouldAllBe(sample => sample.ExecutionId == before.ExecutionId);
        (await lab.Store.Cache.RetireSamplesAsync("no-such-model")).ShouldBe(0);
    }

    [Fact]
    public async Task Samples_withdrawn_while_they_are_being_reused_stay_with_the_execution_that_reuses_them()
    {
        await using var lab = new Laboratory();
        await lab.MeasureAsync(Laboratory.Request with { K = 8 });
        var (reports, withdrawn) = (0, 0);
        var withdraw = new OnReport(() =>
        {
            if (Interlocked.Increment(ref reports) == 1)
                withdrawn = lab.Store.Cache.RetireSamplesAsync("gpt-5").GetAwaiter().GetResult();
        });
        var second = await lab.MeasureAsync(Laboratory.Request with { K = 16 }, progress: withdraw);
        withdrawn.ShouldBe(16, "the samples of the first execution");
        second.Aggregates.CacheHitRate.ShouldBe(0.5);
        lab.Store.Runs.Samples(second.ExecutionId).Count.ShouldBe(32);
        lab.Store.Cache.Contents().ValidSamples.ShouldBe(16, "those that the second execution asked");
    }

    [Fact]
    public async Task What_the_cache_holds_is_counted_by_model_and_without_what_was_withdrawn()
    {
        await using var lab = new Laboratory();
        await lab.MeasureAsync(Laboratory.Request);
        await lab.MeasureAsync(Laboratory.Request with { Model = "claude-sonnet-4-5" });
        lab.Store.Cache.RetirableSamples("claude-sonnet-4-5").ShouldBe(16);
        lab.Store.Cache.RetirableSamples(null).ShouldBe(32);
        await lab.Store.Cache.RetireSamplesAsync("gpt-5");
        lab.Store.Cache.Contents().Samples.ShouldBe(32);
        lab.Store.Cache.Contents().ValidSamples.ShouldBe(16);
        lab.Store.Cache.ByModel()
            .Select(model => (model.Model, model.Mock, model.Samples, model.ValidSamples))
            .ShouldBe([("claude-sonnet-4-5", true, 16, 16), ("gpt-5", true, 16, 0)]);
    }

    [Fact]
    public async Task An_invalid_sample_of_an_earlier_execution_keeps_its_row_when_it_is_asked_again()
    {
        await using var lab = new Laboratory();
        lab.Mock = new(FailureRate: 0.5, Failures: Heretix.Models.MockFailure.Refusal);
        var refused = await lab.MeasureAsync(Laboratory.Request);
        refused.Sampling.SamplesValid.ShouldBeInRange(3, 15);
        lab.Mock = new();
        var whole = await lab.MeasureAsync(Laboratory.Request);
        whole.Sampling.SamplesValid.ShouldBe(16);
        lab.Store.Runs.Samples(refused.ExecutionId)
            .Count(sample => sample.Refused)
            .ShouldBe(16 - refused.Sampling.SamplesValid);
    }

    [Fact]
    public async Task A_failing_write_does_not_undo_the_writes_beside_it()
    {
        await using var lab = new Laboratory();
        var good = Enumerable
            .Range(0, 50)
            .Select(n => Write($"INSERT INTO result_cache VALUES ('{n}', '', 0, 0)"))
            .ToList();
        var bad = Write("INSERT INTO no_such_table VALUES (1)");
        await Should.ThrowAsync<StoreException>(() => bad);
        await Task.WhenAll(good);
        Scalar(lab.Database, "SELECT COUNT(*) FROM result_cache").ShouldBe(50L);

        Task<int> Write(string sql) =>
            lab.Store.WriteAsync((db, transaction) => Sql.Execute(db, transaction, sql)).AsTask();
    }

    [Fact]
    public async Task A_bank_that_changed_without_a_new_version_is_noticed()
    {
        await using var lab = new Laboratory();
        await lab.MeasureAsync(Laboratory.Request);
        Execute(lab.Database, "UPDATE prompts SET yaml_hash = 'another'");
        await lab.MeasureAsync(Laboratory.Request);
        lab.Notices.ShouldContain(notice => notice.Contains("changed without a new version", StringComparison.Ordinal));
    }

    private const string EarlierSystem = """
        CREATE TABLE runs (run_id TEXT PRIMARY KEY, created_at INTEGER, claim TEXT, model TEXT, prompt_version TEXT,
            K INTEGER, R INTEGER, T INTEGER, B INTEGER, seed INTEGER, bootstrap_seed INTEGER, prob_true_rpl REAL,
            ci_lo REAL, ci_hi REAL, ci_width REAL, template_iqr_logit REAL, stability_score REAL, imbalance_ratio REAL,
            rpl_compliance_rate REAL, cache_hit_rate REAL, config_json TEXT, sampler_json TEXT,
            counts_by_template_json TEXT, artifact_json_path TEXT, prompt_char_len_max INTEGER, pqs INTEGER,
            gate_compliance_ok INTEGER, gate_stability_ok INTEGER, gate_precision_ok INTEGER, pqs_version TEXT, note TEXT);
        CREATE TABLE samples (run_id TEXT, cache_key TEXT PRIMARY KEY, prompt_sha256 TEXT, paraphrase_idx INTEGER,
            replicate_idx INTEGER, prob_true REAL, logit REAL, provider_model_id TEXT, response_id TEXT,
            created_at INTEGER, tokens_out INTEGER, latency_ms REAL, json_valid INTEGER);
        INSERT INTO runs (run_id, claim, seed, bootstrap_seed, note)
            VALUES ('heretix-rpl-old', 'An old claim', 42, 9876543210, 'a column of its own');
        INSERT INTO samples (run_id, cache_key, prob_true, json_valid) VALUES ('heretix-rpl-old', 'old-key', 0.25, 1);
        """;

    private static SqliteConnection Connect(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(string path, string sql)
    {
        using var connection = Connect(path);
        Sql.Execute(connection, null, sql);
    }

    private static object? Scalar(string path, string sql)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private sealed class OnReport(Action report) : IProgress<Heretix.Rpl.Execution.MeasurementProgress>
    {
        public void Report(Heretix.Rpl.Execution.MeasurementProgress value) => report();
    }
}
