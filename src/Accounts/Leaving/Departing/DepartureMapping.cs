using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Leaving.Departing;

internal sealed class DepartureMapping : IEntityTypeConfiguration<Departure>
{
    public void Configure(EntityTypeBuilder<Departure> departure)
    {
        departure.ToTable("departures", AccountsModule.Schema);
        departure.HasKey(d => d.Id).HasName("pk_departures");
        departure.Property(d => d.Id).HasColumnName("id").ValueGeneratedNever();
        departure.Property(d => d.UserId).HasColumnName("user_id");
        departure.Property(d => d.LeftAt).HasColumnName("left_at");
        departure.Property(d => d.EraseAt).HasColumnName("erase_at");
        departure.Property(d => d.Selector).HasColumnName("selector").HasMaxLength(64);
        departure.Property(d => d.VerifierHash).HasColumnName("verifier_hash");
        departure.Property(d => d.SentAt).HasColumnName("sent_at");
        departure.Property(d => d.RestoredAt).HasColumnName("restored_at");
        departure.HasIndex(d => d.Selector).IsUnique().HasDatabaseName("ux_departures_selector");
        departure.HasIndex(d => d.UserId, "ix_departures_user_id");
        departure.HasIndex(d => d.UserId, "ux_departures_user_id_open").IsUnique().HasFilter("restored_at is null");
        departure.HasIndex(d => d.EraseAt).HasFilter("restored_at is null").HasDatabaseName("ix_departures_erase_at");
        departure
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(d => d.UserId)
            .HasConstraintName("fk_departures_users")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
