using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Platform.Http.Idempotency;

internal sealed class IdempotencyKeyMapping : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> key)
    {
        key.ToTable(
            "idempotency_keys",
            "jobs",
            table =>
            {
                table.HasCheckConstraint("ck_idempotency_keys_body_sha256", "octet_length(body_sha256) = 32");
                table.HasCheckConstraint(
                    "ck_idempotency_keys_locked_or_answered",
                    "(status is null) = (locked_until is not null)"
                );
            }
        );
        key.HasKey(k => new
            {
                k.Caller,
                k.Key,
                k.Route,
            })
            .HasName("pk_idempotency_keys");
        key.Property(k => k.Caller).HasColumnName("caller").HasMaxLength(80);
        key.Property(k => k.Key).HasColumnName("key").HasMaxLength(255);
        key.Property(k => k.Route).HasColumnName("route").HasMaxLength(200);
        key.Property(k => k.BodySha256).HasColumnName("body_sha256");
        key.Property(k => k.Attempt).HasColumnName("attempt");
        key.Property(k => k.LockedUntil).HasColumnName("locked_until");
        key.Property(k => k.Status).HasColumnName("status");
        key.Property(k => k.ContentType).HasColumnName("content_type").HasMaxLength(255);
        key.Property(k => k.Location).HasColumnName("location").HasMaxLength(2048);
        key.Property(k => k.Body).HasColumnName("body");
        key.Property(k => k.CreatedAt).HasColumnName("created_at");
        key.Property(k => k.ExpiresAt).HasColumnName("expires_at");
        key.HasIndex(k => k.ExpiresAt).HasDatabaseName("ix_idempotency_keys_expires_at");
    }
}
