using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Checks.Store;

/// <summary>
/// One answer of a model. The first valid one under a cache key is shared by every later check of every user; all others
/// belong to the execution that paid for them. Written and read in SQL; the class gives the table its shape.
/// </summary>
internal sealed class CheckSample
{
    public long Id { get; init; }
    public required string CacheKey { get; init; }
    public required string ExecutionId { get; init; }
    public bool Shared { get; init; }
    public required string PromptSha256 { get; init; }
    public int ParaphraseIdx { get; init; }
    public int ReplicateIdx { get; init; }
    public double? ProbTrue { get; init; }
    public double? Logit { get; init; }
    public bool JsonValid { get; init; }
    public bool Refused { get; init; }
    public required string[] Warnings { get; init; }
    public required string RawText { get; init; }
    public string? ProviderModelId { get; init; }
    public string? ResponseId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public int Attempts { get; init; }
    public long TokensIn { get; init; }
    public long TokensOut { get; init; }
    public decimal CostUsd { get; init; }
    public double LatencyMs { get; init; }
}

internal sealed class CheckSampleMapping : IEntityTypeConfiguration<CheckSample>
{
    public const string SharedIndex = "ux_check_samples_shared";

    public void Configure(EntityTypeBuilder<CheckSample> sample)
    {
        sample.ToTable("check_samples", ChecksModule.Schema);
        sample.HasKey(s => s.Id).HasName("pk_check_samples");
        sample.Property(s => s.Id).HasColumnName("id").UseIdentityAlwaysColumn();
        sample.Property(s => s.CacheKey).HasColumnName("cache_key").HasMaxLength(64);
        sample.Property(s => s.ExecutionId).HasColumnName("execution_id").HasMaxLength(64);
        sample.Property(s => s.Shared).HasColumnName("shared");
        sample.Property(s => s.PromptSha256).HasColumnName("prompt_sha256").HasMaxLength(64);
        sample.Property(s => s.ParaphraseIdx).HasColumnName("paraphrase_idx");
        sample.Property(s => s.ReplicateIdx).HasColumnName("replicate_idx");
        sample.Property(s => s.ProbTrue).HasColumnName("prob_true");
        sample.Property(s => s.Logit).HasColumnName("logit");
        sample.Property(s => s.JsonValid).HasColumnName("json_valid");
        sample.Property(s => s.Refused).HasColumnName("refused");
        sample.Property(s => s.Warnings).HasColumnName("warnings");
        sample.Property(s => s.RawText).HasColumnName("raw_text");
        sample.Property(s => s.ProviderModelId).HasColumnName("provider_model_id");
        sample.Property(s => s.ResponseId).HasColumnName("response_id");
        sample.Property(s => s.CreatedAt).HasColumnName("created_at");
        sample.Property(s => s.Attempts).HasColumnName("attempts");
        sample.Property(s => s.TokensIn).HasColumnName("tokens_in");
        sample.Property(s => s.TokensOut).HasColumnName("tokens_out");
        sample.Property(s => s.CostUsd).HasColumnName("cost_usd").HasColumnType("numeric");
        sample.Property(s => s.LatencyMs).HasColumnName("latency_ms");
        sample
            .HasIndex(s => new { s.ExecutionId, s.CacheKey })
            .IsUnique()
            .HasDatabaseName("ux_check_samples_execution");
        sample.HasIndex(s => s.CacheKey).IsUnique().HasFilter("shared").HasDatabaseName(SharedIndex);
    }
}
