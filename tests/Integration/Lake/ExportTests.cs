using Heretix.Lake;

namespace Heretix.Tests.Integration.Lake;

public sealed class ExportTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void An_execution_becomes_two_files_under_its_environment_and_utc_date()
    {
        // 01:30 in Kiritimati is still the day before in UTC.
        DateTimeOffset at = new(2026, 3, 15, 1, 30, 0, TimeSpan.FromHours(14));
        ExportOutcome outcome = _lake.Append("exec-1", samples: 3, at: at);
        outcome.Written.ShouldBe(1);
        outcome.Samples.ShouldBe(3);
        outcome.Files.ShouldBe([
            Path.Combine(_lake.Day(), "runs-exec-1.parquet"),
            Path.Combine(_lake.Day(), "samples-exec-1.parquet"),
        ]);
        _lake.FileNames().ShouldBe(["runs-exec-1.parquet", "samples-exec-1.parquet"]);
        _lake.Scalar("SELECT created_at FROM runs").ShouldBe(at.UtcDateTime);
        _lake.Scalar("SELECT dt FROM runs").ShouldBe(new DateOnly(2026, 3, 14));
    }

    [Fact]
    public void An_execution_without_samples_is_one_file()
    {
        _lake.Append("exec-1", samples: 0).Files.Count.ShouldBe(1);
        _lake.Counts().ShouldBe((1, 1, 0, 0));
    }

    [Fact]
    public void A_second_export_leaves_the_first_as_it_is()
    {
        _lake.Append("exec-1");
        byte[] before = File.ReadAllBytes(Path.Combine(_lake.Day(), "runs-exec-1.parquet"));
        ExportOutcome again = _lake.Append("exec-1", samples: 9);
        again.Written.ShouldBe(0);
        again.AlreadyThere.ShouldBe(1);
        again.Files.ShouldBeEmpty();
        File.ReadAllBytes(Path.Combine(_lake.Day(), "runs-exec-1.parquet")).ShouldBe(before);
        _lake.Counts().ShouldBe((1, 1, 2, 2));
    }

    [Fact]
    public void An_execution_that_was_merged_or_flushed_in_a_batch_is_not_written_again()
    {
        using ParquetLake lake = new(_lake.Root);
        lake.AppendMany("flush-1", [(LakeFolder.Run("exec-1"), LakeFolder.Samples("exec-1", 2))], LakeFolder.Token);
        _lake.Append("exec-1").AlreadyThere.ShouldBe(1);
        _lake.Append("exec-2").Written.ShouldBe(1);
        lake.Compact(cancellationToken: LakeFolder.Token).Days.ShouldBe(1);
        _lake.Append("exec-1").AlreadyThere.ShouldBe(1);
        _lake.Append("exec-2").AlreadyThere.ShouldBe(1);
        lake.Append(LakeFolder.Run("exec-2"), [], LakeFolder.Token).AlreadyThere.ShouldBe(1);
        _lake.Counts().ShouldBe((2, 2, 4, 4));
    }

    [Fact]
    public void A_batch_is_one_file_per_day_and_environment_without_what_is_there()
    {
        _lake.Append("exec-1");
        using ParquetLake lake = new(_lake.Root);
        DateTimeOffset tomorrow = LakeFolder.Noon.AddDays(1);
        ExportOutcome outcome = lake.AppendMany(
            "flush-1",
            [
                (LakeFolder.Run("exec-1"), LakeFolder.Samples("exec-1", 2)),
                (LakeFolder.Run("exec-2"), LakeFolder.Samples("exec-2", 2)),
                (LakeFolder.Run("exec-2"), LakeFolder.Samples("exec-2", 2)),
                (LakeFolder.Run("exec-3", at: tomorrow), LakeFolder.Samples("exec-3", 2, at: tomorrow)),
                (LakeFolder.Run("exec-4", "test"), LakeFolder.Samples("exec-4", 2, "test")),
            ],
            LakeFolder.Token
        );
        outcome.Written.ShouldBe(3);
        outcome.AlreadyThere.ShouldBe(2);
        outcome.Files.Count.ShouldBe(6);
        _lake.FileNames().ShouldContain("runs-batch~flush-1.parquet");
        _lake.Counts().ShouldBe((4, 4, 8, 8));
    }

    [Fact]
    public void A_batch_id_used_twice_gets_a_number_and_loses_nothing()
    {
        using ParquetLake lake = new(_lake.Root);
        lake.AppendMany("flush", [(LakeFolder.Run("exec-1"), [])], LakeFolder.Token);
        lake.AppendMany("flush", [(LakeFolder.Run("exec-2"), [])], LakeFolder.Token);
        _lake.FileNames().ShouldBe(["runs-batch~flush-2.parquet", "runs-batch~flush.parquet"]);
        _lake.Counts().Executions.ShouldBe(2);
    }

    [Fact]
    public async Task Many_writers_of_the_same_executions_write_each_once()
    {
        Task<int>[] writers =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(w =>
                    Task.Run(() =>
                    {
                        using ParquetLake lake = new(_lake.Root);
                        int written = 0;
                        for (int i = 0; i < 12; i++)
                        {
                            string id = $"exec-{i}";
                            written += (
                                (i + w) % 3 == 0
                                    ? lake.AppendMany(
                                        $"w{w}-{i}",
                                        [(LakeFolder.Run(id), LakeFolder.Samples(id, 2))],
                                        LakeFolder.Token
                                    )
                                    : lake.Append(LakeFolder.Run(id), LakeFolder.Samples(id, 2), LakeFolder.Token)
                            ).Written;
                        }
                        return written;
                    })
                ),
        ];
        (await Task.WhenAll(writers)).Sum().ShouldBe(12);
        _lake.Counts().ShouldBe((12, 12, 24, 24));
    }

    [Fact]
    public void Samples_whose_runs_were_never_published_do_not_count_and_are_replaced()
    {
        _lake.Append("exec-1", samples: 5);
        File.Delete(Path.Combine(_lake.Day(), "runs-exec-1.parquet"));
        _lake.Counts().ShouldBe((0, 0, 0, 0));
        _lake.Append("exec-1", samples: 2).Written.ShouldBe(1);
        _lake.Counts().ShouldBe((1, 1, 2, 2));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("it's \"quoted\"; DROP TABLE runs; -- \\ %")]
    [InlineData("línea\n\t日本語 🙂 \u200F\u0301")]
    [InlineData("")]
    public void Texts_come_back_as_they_were(string text)
    {
        using ParquetLake lake = new(_lake.Root);
        lake.Append(LakeFolder.Run("exec-1") with { Claim = text, Model = null }, [], LakeFolder.Token);
        _lake.Query("SELECT claim, model FROM runs").ShouldHaveSingleItem().ShouldBe([text, null]);
    }

    [Fact]
    public void Long_texts_come_back_whole_and_what_no_text_may_hold_becomes_the_replacement_character()
    {
        string longText = string.Concat(Enumerable.Repeat("ünï-🙂-", 200_000));
        using ParquetLake lake = new(_lake.Root);
        lake.Append(LakeFolder.Run("exec-1") with { Claim = longText, Model = "a\0b\uD800c" }, [], LakeFolder.Token);
        object?[] row = _lake.Query("SELECT claim, model FROM runs").ShouldHaveSingleItem();
        ((string)row[0]! == longText).ShouldBeTrue();
        row[1].ShouldBe("a\uFFFDb\uFFFDc");
    }

    [Fact]
    public void Numbers_come_back_bit_for_bit_also_where_they_are_none()
    {
        double[] numbers = [0.1 + 0.2, double.Epsilon, -0.0, double.MaxValue, double.NaN, double.PositiveInfinity];
        using ParquetLake lake = new(_lake.Root);
        lake.Append(
            LakeFolder.Run("exec-1") with
            {
                ProbTrueRpl = numbers[0],
                CiLo = numbers[1],
                CiHi = numbers[2],
                CiWidth = numbers[3],
                StabilityScore = numbers[4],
                ImbalanceRatio = numbers[5],
                Seed = "18446744073709551615",
                TokensIn = long.MaxValue,
                K = int.MinValue,
            },
            [],
            LakeFolder.Token
        );
        object?[] row = _lake
            .Query(
                "SELECT prob_true_rpl, ci_lo, ci_hi, ci_width, stability_score, imbalance_ratio, seed, tokens_in, K FROM runs"
            )
            .ShouldHaveSingleItem();
        row[..6]
            .Select(v => BitConverter.DoubleToInt64Bits((double)v!))
            .ShouldBe(numbers.Select(BitConverter.DoubleToInt64Bits));
        row[6..].ShouldBe(["18446744073709551615", long.MaxValue, (long)int.MinValue]);
    }
}
