using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Checks.Cache;

/// <summary>A finished result that answers equal requests for a time, whoever makes them. It names nobody.</summary>
internal sealed class CachedResult
{
    public Guid Id { get; init; }

    /// <summary>Equal for requests that would give the same result in the same environment.</summary>
    public required string ResultKey { get; init; }

    public required string RunId { get; init; }
    public required string Env { get; init; }

    /// <summary>The result as JSON.</summary>
    public required string Payload { get; init; }

    public required string SamplerJson { get; init; }
    public required long[] SampleIds { get; init; }
    public DateTimeOffset ComputedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class CachedResultMapping : IEntityTypeConfiguration<CachedResult>
{
    public void Configure(EntityTypeBuilder<CachedResult> result)
    {
        result.ToTable("result_cache", ChecksModule.Schema);
        result.HasKey(r => r.Id).HasName("pk_result_cache");
        result.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        result.Property(r => r.ResultKey).HasColumnName("result_key").HasMaxLength(128);
        result.Property(r => r.RunId).HasColumnName("run_id").HasMaxLength(64);
        result.Property(r => r.Env).HasColumnName("env").HasMaxLength(16);
        result.Property(r => r.Payload).HasColumnName("payload").HasColumnType("jsonb");
        result.Property(r => r.SamplerJson).HasColumnName("sampler_json").HasColumnType("jsonb");
        result.Property(r => r.SampleIds).HasColumnName("sample_ids");
        result.Property(r => r.ComputedAt).HasColumnName("computed_at");
        result.Property(r => r.ExpiresAt).HasColumnName("expires_at");
        result.HasIndex(r => r.ResultKey).IsUnique().HasDatabaseName("ux_result_cache_result_key");
        result.HasIndex(r => r.ExpiresAt).HasDatabaseName("ix_result_cache_expires_at");
    }
}
