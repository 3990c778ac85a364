using Heretix.Lake;
using Heretix.Lake.Partitions;

namespace Heretix.Tests.Integration.Lake;

public sealed class CompactionTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_day_becomes_one_pair_of_files_with_the_same_rows()
    {
        for (int i = 0; i < 5; i++)
        {
            _lake.Append($"exec-{i}");
        }
        string before = Everything();
        CompactionResult result = Compact();
        result.ShouldBe(new CompactionResult(1, 10, 5, 10, 10, 0));
        _lake.FileNames().ShouldBe(["runs-merged~1.parquet", "samples-merged~1.parquet"]);
        Everything().ShouldBe(before);
    }

    [Fact]
    public void A_day_that_is_merged_already_is_left_alone_and_merged_again_when_it_grew()
    {
        _lake.Append("exec-1");
        _lake.Append("exec-2");
        Compact();
        Compact().ShouldBe(new CompactionResult(0, 0, 0, 0, 0, 0));
        _lake.Append("exec-3", samples: 0);
        Compact().Runs.ShouldBe(3);
        _lake.FileNames().ShouldBe(["runs-merged~2.parquet", "samples-merged~2.parquet"]);
        _lake.Counts().ShouldBe((3, 3, 4, 4));
    }

    [Fact]
    public void Only_the_environment_and_day_that_were_named_are_merged()
    {
        foreach (string env in (string[])["local", "prod"])
        {
            foreach (int days in (int[])[0, 1])
            {
                _lake.Append($"a-{days}", env: env, at: LakeFolder.Noon.AddDays(days));
                _lake.Append($"b-{days}", env: env, at: LakeFolder.Noon.AddDays(days));
            }
        }
        using ParquetLake lake = new(_lake.Root);
        lake.Compact("prod", new DateOnly(2026, 3, 15), LakeFolder.Token).Days.ShouldBe(1);
        _lake.FileNames("prod", "2026-03-15").Length.ShouldBe(2);
        _lake.FileNames("prod").Length.ShouldBe(4);
        _lake.FileNames("local", "2026-03-15").Length.ShouldBe(4);
        lake.Compact(cancellationToken: LakeFolder.Token).Days.ShouldBe(3);
        lake.Compact("elsewhere", null, LakeFolder.Token).Days.ShouldBe(0);
    }

    [Fact]
    public void A_lake_that_does_not_exist_needs_no_compaction()
    {
        Compact().ShouldBe(new CompactionResult(0, 0, 0, 0, 0, 0));
        Directory.Exists(_lake.Root).ShouldBeFalse();
    }

    /// <summary>Dies at the first step, then at the second, and so on, twice each, until a compaction lives.</summary>
    [Fact]
    public void A_process_that_dies_at_any_step_loses_and_doubles_nothing_and_the_next_one_tidies_up()
    {
        int deaths = 0;
        for (int step = 0; ; step++)
        {
            using LakeFolder lake = new();
            lake.Append("exec-1");
            lake.Append("exec-2", samples: 0);
            using (ParquetLake batch = new(lake.Root))
            {
                batch.AppendMany(
                    "flush",
                    [(LakeFolder.Run("exec-3"), LakeFolder.Samples("exec-3", 2))],
                    LakeFolder.Token
                );
            }
            if (!DiesAt(lake.Root, step))
            {
                break;
            }
            deaths++;
            lake.Counts().ShouldBe((3, 3, 4, 4), $"after step {step}");
            lake.Append("exec-1").AlreadyThere.ShouldBe(1, $"after step {step}");
            lake.Append("exec-3").AlreadyThere.ShouldBe(1, $"after step {step}");
            lake.Append("exec-4").Written.ShouldBe(1, $"after step {step}");
            DiesAt(lake.Root, step);
            lake.Counts().ShouldBe((4, 4, 6, 6), $"after step {step} again");
            File.WriteAllText(Path.Combine(lake.Day(), "runs-exec-9.parquet.tmp"), "half a file");

            using ParquetLake survivor = new(lake.Root);
            survivor.Compact(cancellationToken: LakeFolder.Token).FilesLeft.ShouldBe(0);
            lake.Counts().ShouldBe((4, 4, 6, 6), $"in the end, after step {step}");
            string[] names = lake.FileNames();
            names.Length.ShouldBe(2, string.Join(' ', names));
            names.ShouldAllBe(n => n.Contains("-merged~"));
        }
        deaths.ShouldBeGreaterThanOrEqualTo(15);
    }

    [Fact]
    public void Files_stay_while_a_query_reads_them_and_no_later_query_sees_them()
    {
        for (int i = 0; i < 3; i++)
        {
            _lake.Append($"exec-{i}");
        }
        using (QueryResult reading = new LakeQuery(_lake.Root).Run("SELECT execution_id FROM runs", LakeFolder.Token))
        {
            CompactionResult result = Compact();
            result.Runs.ShouldBe(3);
            result.FilesRemoved.ShouldBe(0);
            result.FilesLeft.ShouldBe(6);
            _lake.Counts().ShouldBe((3, 3, 6, 6));
            int rows = 0;
            while (reading.Read())
            {
                rows++;
            }
            rows.ShouldBe(3);
        }
        Compact().FilesRemoved.ShouldBe(6);
        _lake.FileNames().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Readers_see_each_row_once_while_writers_add_and_two_compactions_merge()
    {
        const int Executions = 40;
        const int Most = 1000;
        int published = 0;
        int merged = 0;
        using CancellationTokenSource written = new();
        // Threads of their own: in a busy test run the pool may start a task only when the writer is done.
        Task writer = OnThread(() =>
        {
            using ParquetLake lake = new(_lake.Root);
            for (int i = 0; i < Executions || (Volatile.Read(ref merged) == 0 && i < Most); i++)
            {
                lake.Append(LakeFolder.Run($"exec-{i:D3}"), LakeFolder.Samples($"exec-{i:D3}", 3), LakeFolder.Token);
                Interlocked.Increment(ref published);
            }
            written.Cancel();
        });
        Task[] compactions =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(_ =>
                    OnThread(() =>
                    {
                        while (!written.IsCancellationRequested)
                        {
                            Interlocked.Add(ref merged, Compact().Days);
                        }
                    })
                ),
        ];
        int queries = 0;
        while (!writer.IsCompleted || queries == 0)
        {
            int atLeast = Volatile.Read(ref published);
            (long runs, long distinct, long samples, long keys) = _lake.Counts();
            runs.ShouldBe(distinct);
            runs.ShouldBeGreaterThanOrEqualTo(atLeast);
            samples.ShouldBe(runs * 3);
            keys.ShouldBe(samples);
            queries++;
        }
        await writer;
        await Task.WhenAll(compactions);
        merged.ShouldBeGreaterThan(0);
        Compact();
        Compact().FilesLeft.ShouldBe(0);
        _lake.Counts().ShouldBe((published, published, published * 3, published * 3));
        _lake.FileNames().Length.ShouldBe(2);

        static Task OnThread(Action work) =>
            Task.Factory.StartNew(work, LakeFolder.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [Fact]
    public void Columns_that_some_files_lack_survive_the_merge()
    {
        _lake.Append("exec-1");
        ForeignFile.Write(
            _lake,
            "runs-exec-2.parquet",
            "SELECT 'local' AS env, 'exec-2' AS execution_id, 0.5 AS prob_true_rpl"
        );
        Compact().Runs.ShouldBe(2);
        _lake
            .Query("SELECT execution_id, claim, prob_true_rpl FROM runs ORDER BY 1")
            .Select(r => string.Join('|', r))
            .ShouldBe(["exec-1|Tariffs raise prices|0.25", "exec-2||0.5"]);
    }

    private CompactionResult Compact()
    {
        using ParquetLake lake = new(_lake.Root);
        return lake.Compact(cancellationToken: LakeFolder.Token);
    }

    private string Everything()
    {
        StringWriter text = new();
        new LakeQuery(_lake.Root).WriteTo("FROM runs ORDER BY execution_id", QueryFormat.Csv, text, LakeFolder.Token);
        new LakeQuery(_lake.Root).WriteTo(
            "FROM samples ORDER BY execution_id, cache_key",
            QueryFormat.Csv,
            text,
            LakeFolder.Token
        );
        return text.ToString();
    }

    private static bool DiesAt(string root, int step)
    {
        int passed = 0;
        void DieWhenItIsTime(CompactionStep at)
        {
            if (passed++ == step)
            {
                throw new DeathException();
            }
        }
        try
        {
            new Compaction(root, DieWhenItIsTime).Run(null, null, LakeFolder.Token);
            return false;
        }
        catch (DeathException)
        {
            return true;
        }
    }

    private sealed class DeathException : Exception;
}
