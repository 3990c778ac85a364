using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Checks.Run;

internal sealed class CheckMapping : IEntityTypeConfiguration<Check>
{
    /// <summary>No check outlives its user, not even one that is begun while the account is erased.</summary>
    public const string UserForeignKey = "fk_checks_users";

    public void Configure(EntityTypeBuilder<Check> check)
    {
        check.ToTable(
            "checks",
            ChecksModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_checks_status", "status in ('running', 'completed', 'failed')");
                table.HasCheckConstraint("ck_checks_one_owner", "user_id is null or anon_token is null");
                table.HasCheckConstraint("ck_checks_result", "status <> 'completed' or result is not null");
            }
        );
        check.HasKey(c => c.Id).HasName("pk_checks");
        check.Property(c => c.Id).HasColumnName("id").ValueGeneratedNever();
        Request(check);
        Figures(check);
        State(check);

        check
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(c => c.UserId)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName(UserForeignKey);
        check.HasIndex(c => c.ExecutionId).IsUnique().HasDatabaseName("ux_checks_execution_id");
        check.HasIndex(c => c.RunId).HasDatabaseName("ix_checks_run_id");
        check.HasIndex(c => c.ClaimHash).HasDatabaseName("ix_checks_claim_hash");
        check
            .HasIndex(c => new
            {
                c.Env,
                c.CreatedAt,
                c.Id,
            })
            .HasDatabaseName("ix_checks_env");
        check
            .HasIndex(c => new
            {
                c.UserId,
                c.CreatedAt,
                c.Id,
            })
            .IsDescending(false, true, true)
            .HasFilter("user_id is not null")
            .HasDatabaseName("ix_checks_user");
        check
            .HasIndex(c => new
            {
                c.AnonToken,
                c.CreatedAt,
                c.Id,
            })
            .IsDescending(false, true, true)
            .HasFilter("anon_token is not null")
            .HasDatabaseName("ix_checks_anon");
        check.HasIndex(c => c.LeaseUntil).HasFilter("status = 'running'").HasDatabaseName("ix_checks_running");
    }

    private static void Request(EntityTypeBuilder<Check> check)
    {
        check.Property(c => c.ExecutionId).HasColumnName("execution_id").HasMaxLength(64);
        check.Property(c => c.RunId).HasColumnName("run_id").HasMaxLength(64);
        check.Property(c => c.RequestId).HasColumnName("request_id");
        check.Property(c => c.ResultKey).HasColumnName("result_key").HasMaxLength(128);
        check.Property(c => c.Env).HasColumnName("env").HasMaxLength(16);
        check.Property(c => c.UserId).HasColumnName("user_id");
        check.Property(c => c.AnonToken).HasColumnName("anon_token").HasMaxLength(64);
        check.Property(c => c.Claim).HasColumnName("claim");
        check.Property(c => c.ClaimHash).HasColumnName("claim_hash").HasMaxLength(64);
        check.Property(c => c.Model).HasColumnName("model").HasMaxLength(128);
        check.Property(c => c.LogicalModel).HasColumnName("logical_model").HasMaxLength(128);
        check.Property(c => c.Provider).HasColumnName("provider").HasMaxLength(32);
        check.Property(c => c.PromptVersion).HasColumnName("prompt_version").HasMaxLength(64);
        check.Property(c => c.SchemaVersion).HasColumnName("schema_version").HasMaxLength(32);
        check.Property(c => c.Mode).HasColumnName("mode").HasMaxLength(32);
        check.Property(c => c.Mock).HasColumnName("mock");
        check.Property(c => c.K).HasColumnName("K");
        check.Property(c => c.R).HasColumnName("R");
        check.Property(c => c.T).HasColumnName("T");
        check.Property(c => c.B).HasColumnName("B");
        check.Property(c => c.Seed).HasColumnName("seed").HasColumnType("numeric(20,0)");
        check.Property(c => c.MaxOutputTokens).HasColumnName("max_output_tokens");
        check.Property(c => c.ConfigJson).HasColumnName("config_json").HasColumnType("jsonb");
    }

    private static void Figures(EntityTypeBuilder<Check> check)
    {
        check.Property(c => c.ProviderModelId).HasColumnName("provider_model_id");
        check.Property(c => c.BootstrapSeed).HasColumnName("bootstrap_seed").HasColumnType("numeric(20,0)");
        check.Property(c => c.ProbTrueRpl).HasColumnName("prob_true_rpl");
        check.Property(c => c.CiLo).HasColumnName("ci_lo");
        check.Property(c => c.CiHi).HasColumnName("ci_hi");
        check.Property(c => c.CiWidth).HasColumnName("ci_width");
        check.Property(c => c.WholeClusterCiLo).HasColumnName("whole_cluster_ci_lo");
        check.Property(c => c.WholeClusterCiHi).HasColumnName("whole_cluster_ci_hi");
        check.Property(c => c.TemplateIqrLogit).HasColumnName("template_iqr_logit");
        check.Property(c => c.StabilityScore).HasColumnName("stability_score");
        check.Property(c => c.ImbalanceRatio).HasColumnName("imbalance_ratio");
        check.Property(c => c.RplComplianceRate).HasColumnName("rpl_compliance_rate");
        check.Property(c => c.CacheHitRate).HasColumnName("cache_hit_rate");
        check.Property(c => c.SamplerJson).HasColumnName("sampler_json").HasColumnType("jsonb");
        check.Property(c => c.CountsByTemplateJson).HasColumnName("counts_by_template_json").HasColumnType("jsonb");
        check.Property(c => c.ArtifactJsonPath).HasColumnName("artifact_json_path");
        check.Property(c => c.PromptCharLenMax).HasColumnName("prompt_char_len_max");
        check.Property(c => c.Pqs).HasColumnName("pqs");
        check.Property(c => c.PqsVersion).HasColumnName("pqs_version").HasMaxLength(32);
        check.Property(c => c.GateComplianceOk).HasColumnName("gate_compliance_ok");
        check.Property(c => c.GateStabilityOk).HasColumnName("gate_stability_ok");
        check.Property(c => c.GatePrecisionOk).HasColumnName("gate_precision_ok");
        check.Property(c => c.PPrior).HasColumnName("p_prior");
        check.Property(c => c.CiPriorLo).HasColumnName("ci_prior_lo");
        check.Property(c => c.CiPriorHi).HasColumnName("ci_prior_hi");
        check.Property(c => c.StabilityPrior).HasColumnName("stability_prior");
        check.Property(c => c.TokensIn).HasColumnName("tokens_in");
        check.Property(c => c.TokensOut).HasColumnName("tokens_out");
        check.Property(c => c.CostUsd).HasColumnName("cost_usd").HasColumnType("numeric(12,6)");
    }

    private static void State(EntityTypeBuilder<Check> check)
    {
        check.Property(c => c.WasCached).HasColumnName("was_cached");
        check.Property(c => c.Status).HasColumnName("status").HasMaxLength(16);
        check.Property(c => c.Failure).HasColumnName("failure").HasMaxLength(64);
        check.Property(c => c.FailureDetail).HasColumnName("failure_detail");
        check.Property(c => c.Result).HasColumnName("result").HasColumnType("jsonb");
        check.Property(c => c.SampleIds).HasColumnName("sample_ids");
        check.Property(c => c.Notice).HasColumnName("notice");
        check.Property(c => c.Owner).HasColumnName("owner");
        check.Property(c => c.LeaseUntil).HasColumnName("lease_until");
        check.Property(c => c.ReservationId).HasColumnName("reservation_id");
        check.Property(c => c.CreatedAt).HasColumnName("created_at");
        check.Property(c => c.FinishedAt).HasColumnName("finished_at");
    }
}
