using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Platform.Jobs;

/// <summary>A job that failed for good, with what it takes to queue it again.</summary>
internal sealed class FailedJob
{
    public required string Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>As they were queued, JSON.</summary>
    public required string Arguments { get; init; }
    public required int Attempts { get; init; }

    /// <summary>Full name of the exception's type.</summary>
    public required string ErrorType { get; init; }

    /// <summary>Its message, at most <see cref="FailedJobMapping.LongestError"/> characters.</summary>
    public required string Error { get; init; }

    /// <summary>Instance of the scheduler that ran the last attempt.</summary>
    public required string Worker { get; init; }
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The same with other arguments and another message.</summary>
    public FailedJob With(string arguments, string error) =>
        new()
        {
            Kind = Kind,
            Name = Name,
            Arguments = arguments,
            Attempts = Attempts,
            ErrorType = ErrorType,
            Error = error,
            Worker = Worker,
            FailedAt = FailedAt,
        };
}

internal sealed class FailedJobMapping : IEntityTypeConfiguration<FailedJob>
{
    public const int LongestError = 1000;

    public void Configure(EntityTypeBuilder<FailedJob> builder)
    {
        builder.ToTable("failed_jobs", "jobs");
        builder.HasKey(job => new { job.Kind, job.Name }).HasName("failed_jobs_pkey");
        builder.Property(job => job.Kind).HasColumnName("kind").HasMaxLength(100);
        builder.Property(job => job.Name).HasColumnName("name").HasMaxLength(200);
        builder.Property(job => job.Arguments).HasColumnName("arguments").HasColumnType("jsonb");
        builder.Property(job => job.Attempts).HasColumnName("attempts");
        builder.Property(job => job.ErrorType).HasColumnName("error_type").HasMaxLength(300);
        builder.Property(job => job.Error).HasColumnName("error").HasMaxLength(LongestError);
        builder.Property(job => job.Worker).HasColumnName("worker").HasMaxLength(200);
        builder.Property(job => job.FailedAt).HasColumnName("failed_at");
        builder.HasIndex(job => job.FailedAt).HasDatabaseName("failed_jobs_failed_at_idx");
    }
}
