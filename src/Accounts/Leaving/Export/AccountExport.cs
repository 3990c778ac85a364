using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Leaving.Export;

/// <summary>An export that a job builds, and the file until its time is over. It goes with the user.</summary>
internal sealed class AccountExport
{
    /// <summary>What the file is encrypted for.</summary>
    public const string Purpose = "accounts.exports.content";

    /// <summary>A job builds it; one at a time for a user.</summary>
    public const string Preparing = "preparing";

    /// <summary>The file is there.</summary>
    public const string Ready = "ready";

    /// <summary>The time of the file was over before it no longer counted as one of its day.</summary>
    public const string Expired = "expired";

    /// <summary>The job gave up, or was lost.</summary>
    public const string Failed = "failed";

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public required string Status { get; init; }

    public DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When the file goes; the row is counted for a day, and goes when both are over.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The file, compressed and encrypted.</summary>
    public byte[]? Content { get; init; }
}

internal sealed class AccountExportMapping : IEntityTypeConfiguration<AccountExport>
{
    public void Configure(EntityTypeBuilder<AccountExport> export)
    {
        export.ToTable(
            "exports",
            AccountsModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_exports_status", "status in ('preparing', 'ready', 'failed', 'expired')");
                table.HasCheckConstraint("ck_exports_content", "(status = 'ready') = (content is not null)");
            }
        );
        export.HasKey(e => e.Id).HasName("pk_exports");
        export.Property(e => e.Id).HasColumnName("id").ValueGeneratedNever();
        export.Property(e => e.UserId).HasColumnName("user_id");
        export.Property(e => e.Status).HasColumnName("status").HasMaxLength(16);
        export.Property(e => e.RequestedAt).HasColumnName("requested_at");
        export.Property(e => e.ReadyAt).HasColumnName("ready_at");
        export.Property(e => e.ExpiresAt).HasColumnName("expires_at");
        export.Property(e => e.Content).HasColumnName("content");
        export.HasIndex(e => new { e.UserId, e.RequestedAt }).HasDatabaseName("ix_exports_user_id_requested_at");
        export
            .HasIndex(e => e.UserId)
            .IsUnique()
            .HasFilter("status = 'preparing'")
            .HasDatabaseName("ux_exports_user_id_preparing");
        export.HasIndex(e => e.ExpiresAt).HasDatabaseName("ix_exports_expires_at");
        export
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(e => e.UserId)
            .HasConstraintName("fk_exports_users")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
