using Heretix.Lake;
using Heretix.Lake.Partitions;

namespace Heretix.Tests.Integration.Lake;

public sealed class CatalogueTests
{
    [Fact]
    public void Without_a_lake_the_views_are_empty_and_have_their_columns()
    {
        using LakeFolder lake = new();
        lake.Counts().ShouldBe((0, 0, 0, 0));
        lake.Query("DESCRIBE runs")
            .Select(r => $"{r[0]} {r[1]}")
            .ShouldBe([
                "env VARCHAR",
                "mock BOOLEAN",
                "execution_id VARCHAR",
                "run_id VARCHAR",
                "created_at TIMESTAMP",
                "claim VARCHAR",
                "model VARCHAR",
                "logical_model VARCHAR",
                "provider VARCHAR",
                "provider_model_id VARCHAR",
                "prompt_version VARCHAR",
                "mode VARCHAR",
                "K INTEGER",
                "R INTEGER",
                "T INTEGER",
                "B INTEGER",
                "seed VARCHAR",
                "bootstrap_seed VARCHAR",
                "prob_true_rpl DOUBLE",
                "ci_lo DOUBLE",
                "ci_hi DOUBLE",
                "ci_width DOUBLE",
                "whole_cluster_ci_lo DOUBLE",
                "whole_cluster_ci_hi DOUBLE",
                "template_iqr_logit DOUBLE",
                "stability_score DOUBLE",
                "imbalance_ratio DOUBLE",
                "rpl_compliance_rate DOUBLE",
                "cache_hit_rate DOUBLE",
                "config_json VARCHAR",
                "sampler_json VARCHAR",
                "counts_by_template_json VARCHAR",
                "artifact_json_path VARCHAR",
                "prompt_char_len_max INTEGER",
                "pqs INTEGER",
                "gate_compliance_ok INTEGER",
                "gate_stability_ok INTEGER",
                "gate_precision_ok INTEGER",
                "pqs_version VARCHAR",
                "schema_version VARCHAR",
                "tokens_in BIGINT",
                "tokens_out BIGINT",
                "cost_usd DOUBLE",
                "was_cached BOOLEAN",
                "dt DATE",
            ]);
        Directory.Exists(lake.Root).ShouldBeFalse();
    }

    [Fact]
    public void The_views_look_the_same_with_rows_and_cover_every_environment_and_day()
    {
        using LakeFolder lake = new();
        string[] empty = [.. lake.Query("DESCRIBE samples").Select(r => $"{r[0]} {r[1]}")];
        lake.Append("exec-1");
        lake.Append("exec-2", env: "prod", at: LakeFolder.Noon.AddDays(1));
        lake.Query("DESCRIBE samples").Select(r => $"{r[0]} {r[1]}").ShouldBe(empty);
        lake.Query("SELECT env, dt, count(*) FROM samples GROUP BY ALL ORDER BY ALL")
            .ShouldBe([
                ["local", new DateOnly(2026, 3, 14), 2L],
                ["prod", new DateOnly(2026, 3, 15), 2L],
            ]);
    }

    [Fact]
    public void A_condition_on_dt_opens_only_the_files_of_that_day()
    {
        using LakeFolder lake = new();
        lake.Append("exec-1");
        lake.Append("exec-2", at: LakeFolder.Noon.AddDays(1));
        string plan = (string)
            lake.Query("EXPLAIN ANALYZE SELECT claim FROM runs WHERE dt = DATE '2026-03-15'").ShouldHaveSingleItem()[
                1
            ]!;
        plan.ShouldContain("Scanning Files: 1/2");
    }

    [Fact]
    public void Files_with_fewer_more_or_narrower_columns_do_not_break_the_views()
    {
        using LakeFolder lake = new();
        lake.Append("exec-1");
        ForeignFile.Write(
            lake,
            "runs-exec-2.parquet",
            "SELECT 'prod' AS env, 'exec-2' AS execution_id, 7::SMALLINT AS \"K\", 'new' AS tenant",
            "prod"
        );
        lake.Query("SELECT env, \"K\", claim, tenant FROM runs ORDER BY env")
            .Select(r => string.Join('|', r))
            .ShouldBe(["local||Tariffs raise prices|", "prod|7||new"]);
    }

    [Fact]
    public void The_lakes_own_files_say_that_they_have_its_columns_and_merged_with_others_they_do_not()
    {
        using LakeFolder lake = new();
        using ParquetLake writer = new(lake.Root);
        bool IsMarked(string name) =>
            ColumnMark.IsIn(Path.Combine(lake.Day(), $"runs-{name}.parquet"), LakeTables.Runs.Mark);
        lake.Append("exec-1");
        lake.Append("exec-2");
        IsMarked("exec-1").ShouldBeTrue();
        writer.Compact(cancellationToken: LakeFolder.Token);
        IsMarked("merged~1").ShouldBeTrue();
        ForeignFile.Write(lake, "runs-exec-3.parquet", "SELECT 'local' AS env, 'exec-3' AS execution_id");
        IsMarked("exec-3").ShouldBeFalse();
        writer.Compact(cancellationToken: LakeFolder.Token);
        IsMarked("merged~2").ShouldBeFalse();
        lake.Scalar("SELECT count(*) FROM runs").ShouldBe(3L);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("it's \"quoted\"")]
    [InlineData("ünïcödé 日本")]
    [InlineData("key=value")]
    [InlineData("back\\slash")]
    [InlineData("semi;colon,comma")]
    public void Odd_names_of_folders_work(string name)
    {
        using LakeFolder lake = new(name);
        string env = name.Replace('\\', '-');
        lake.Append("exec-1", env: env);
        lake.Append("exec-2", env: env);
        lake.Query("SELECT DISTINCT env, dt FROM samples")
            .ShouldBe([
                [env, new DateOnly(2026, 3, 14)],
            ]);
        using ParquetLake writer = new(lake.Root);
        writer.Compact(cancellationToken: LakeFolder.Token).Runs.ShouldBe(2);
        lake.Append("exec-1", env: env).AlreadyThere.ShouldBe(1);
        lake.Counts().ShouldBe((2, 2, 4, 4));
    }

    [Theory]
    [InlineData("a*", "ab")]
    [InlineData("a?", "ab")]
    [InlineData("[ab]", "a")]
    [InlineData("**", "other")]
    public void A_folder_whose_name_reads_like_a_pattern_is_not_mixed_up_with_its_neighbours(
        string name,
        string neighbour
    )
    {
        using LakeFolder lake = new(name);
        using ParquetLake writer = new(lake.Root);
        using ParquetLake other = new(lake.Beside(neighbour));
        foreach (ParquetLake each in (ParquetLake[])[writer, other])
        {
            each.Append(LakeFolder.Run("exec-1"), LakeFolder.Samples("exec-1", 2), LakeFolder.Token);
            each.Append(LakeFolder.Run("exec-2"), LakeFolder.Samples("exec-2", 2), LakeFolder.Token);
        }
        lake.Counts().ShouldBe((2, 2, 4, 4));
        writer.Compact(cancellationToken: LakeFolder.Token).Runs.ShouldBe(2);
        other.Compact(cancellationToken: LakeFolder.Token).Runs.ShouldBe(2);
        lake.Counts().ShouldBe((2, 2, 4, 4));
    }
}
