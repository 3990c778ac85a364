using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Checks.Measuring;

/// <summary>
/// Who measures a subject just now. While the row is there and its lease lasts, nobody else asks the model the same
/// questions, in whatever process.
/// </summary>
internal sealed class MeasurementLease
{
    /// <summary>Equal for measurements that could pay for the same samples.</summary>
    public required string Subject { get; init; }

    public required string ExecutionId { get; init; }

    /// <summary>The process.</summary>
    public Guid Owner { get; init; }

    /// <summary>By the clocks of the processes, which are kept together to well under a lease (NTP).</summary>
    public DateTimeOffset LeaseUntil { get; init; }
}

internal sealed class MeasurementLeaseMapping : IEntityTypeConfiguration<MeasurementLease>
{
    public void Configure(EntityTypeBuilder<MeasurementLease> lease)
    {
        lease.ToTable("measurements", ChecksModule.Schema);
        lease.HasKey(l => l.Subject).HasName("pk_measurements");
        lease.Property(l => l.Subject).HasColumnName("subject").HasMaxLength(128);
        lease.Property(l => l.ExecutionId).HasColumnName("execution_id").HasMaxLength(64);
        lease.Property(l => l.Owner).HasColumnName("owner");
        lease.Property(l => l.LeaseUntil).HasColumnName("lease_until");
        lease.HasIndex(l => l.Owner).HasDatabaseName("ix_measurements_owner");
    }
}
