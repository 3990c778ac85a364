using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Usage;

internal sealed class UsageReservationMapping : IEntityTypeConfiguration<UsageReservation>
{
    public void Configure(EntityTypeBuilder<UsageReservation> reservation)
    {
        reservation.ToTable(
            "usage_reservations",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_usage_reservations_subject", "num_nonnulls(ledger_id, token_hash) = 1");
                table.HasCheckConstraint(
                    "ck_usage_reservations_state",
                    "state in ('open', 'settled', 'released', 'expired')"
                );
                table.HasCheckConstraint(
                    "ck_usage_reservations_settled_at",
                    "(state = 'settled') = (settled_at is not null)"
                );
            }
        );
        reservation.HasKey(r => r.Id).HasName("pk_usage_reservations");
        reservation.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        reservation.Property(r => r.LedgerId).HasColumnName("ledger_id");
        reservation.Property(r => r.TokenHash).HasColumnName("token_hash").HasMaxLength(64);
        reservation.Property(r => r.Meter).HasColumnName("meter").HasMaxLength(32);
        reservation.Property(r => r.State).HasColumnName("state").HasMaxLength(16);
        reservation.Property(r => r.CreatedAt).HasColumnName("created_at");
        reservation.Property(r => r.RenewedAt).HasColumnName("renewed_at");
        reservation.Property(r => r.ExpiresAt).HasColumnName("expires_at");
        reservation.Property(r => r.SettledAt).HasColumnName("settled_at");

        reservation
            .HasOne<UsageLedger>()
            .WithMany()
            .HasForeignKey(r => r.LedgerId)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName("fk_usage_reservations_usage_ledger");
        reservation
            .HasOne<AnonymousUsage>()
            .WithMany()
            .HasForeignKey(r => new { r.TokenHash, r.Meter })
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName("fk_usage_reservations_anonymous_usage");

        reservation.HasIndex(r => r.LedgerId).HasDatabaseName("ix_usage_reservations_ledger_id");
        reservation
            .HasIndex(r => new { r.TokenHash, r.Meter })
            .HasFilter("token_hash is not null")
            .HasDatabaseName("ix_usage_reservations_token_hash_meter");
        reservation
            .HasIndex(r => r.ExpiresAt)
            .HasFilter("state <> 'settled'")
            .HasDatabaseName("ix_usage_reservations_expires_at");
        reservation
            .HasIndex(r => r.SettledAt)
            .HasFilter("state = 'settled'")
            .HasDatabaseName("ix_usage_reservations_settled_at");
    }
}
