using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Events;

internal sealed class StoredEventMapping : IEntityTypeConfiguration<StoredEvent>
{
    public void Configure(EntityTypeBuilder<StoredEvent> stored)
    {
        stored.ToTable("processed_webhook_events", BillingModule.Schema);
        stored.HasKey(e => e.Id).HasName("pk_processed_webhook_events");
        stored.Property(e => e.Id).HasColumnName("id").ValueGeneratedNever();
        stored.Property(e => e.Source).HasColumnName("source").HasMaxLength(32);
        stored.Property(e => e.EventId).HasColumnName("event_id").HasMaxLength(EventEnvelope.LongestWord);
        stored.Property(e => e.Type).HasColumnName("type").HasMaxLength(EventEnvelope.LongestWord);
        stored.Property(e => e.ObjectHash).HasColumnName("object_hash").HasMaxLength(64).IsFixedLength();
        stored.Property(e => e.OccurredAt).HasColumnName("occurred_at");
        stored.Property(e => e.ReceivedAt).HasColumnName("received_at");
        stored.Property(e => e.Deliveries).HasColumnName("deliveries");
        stored.Property(e => e.Outcome).HasColumnName("outcome").HasMaxLength(64);
        stored.Property(e => e.Detail).HasColumnName("detail");
        stored.Property(e => e.Flagged).HasColumnName("flagged");
        stored.Property(e => e.UserId).HasColumnName("user_id");
        stored.Property(e => e.Payload).HasColumnName("payload");
        stored.Property(e => e.Replays).HasColumnName("replays");
        stored.Property(e => e.ReplayedAt).HasColumnName("replayed_at");
        stored
            .HasIndex(e => new { e.Source, e.EventId })
            .IsUnique()
            .HasDatabaseName("ux_processed_webhook_events_source_event_id");
        stored.HasIndex(e => e.ReceivedAt).HasDatabaseName("ix_processed_webhook_events_received_at");
        stored
            .HasIndex(e => e.UserId)
            .HasFilter("user_id is not null")
            .HasDatabaseName("ix_processed_webhook_events_user_id");
        stored
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(e => e.UserId)
            .OnDelete(DeleteBehavior.SetNull)
            .HasConstraintName("fk_processed_webhook_events_users");
    }
}
