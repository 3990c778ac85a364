using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Subscriptions;

internal sealed class SubscriptionMapping : IEntityTypeConfiguration<Subscription>
{
    public void Configure(EntityTypeBuilder<Subscription> subscription)
    {
        subscription.ToTable(
            "subscriptions",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_subscriptions_plan", "plan in ('starter', 'core', 'pro')");
                table.HasCheckConstraint(
                    "ck_subscriptions_status",
                    "status in ('active', 'past_due', 'canceled', 'expired')"
                );
                table.HasCheckConstraint("ck_subscriptions_period", "current_period_start <= current_period_end");
            }
        );
        subscription.HasKey(s => s.Id).HasName("pk_subscriptions");
        subscription.Property(s => s.Id).HasColumnName("id").ValueGeneratedNever();
        subscription.Property(s => s.UserId).HasColumnName("user_id");
        subscription.Property(s => s.Source).HasColumnName("source").HasMaxLength(32);
        subscription.Property(s => s.Plan).HasColumnName("plan").HasMaxLength(32);
        subscription
            .Property(s => s.Status)
            .HasColumnName("status")
            .HasMaxLength(32)
            .HasConversion(status => status.Name(), name => SubscriptionStatusNames.Parse(name));
        subscription.Property(s => s.CurrentPeriodStart).HasColumnName("current_period_start");
        subscription.Property(s => s.CurrentPeriodEnd).HasColumnName("current_period_end");
        subscription.Property(s => s.BillingAnchor).HasColumnName("billing_anchor");
        subscription.Property(s => s.CancelAtPeriodEnd).HasColumnName("cancel_at_period_end");
        subscription.Property(s => s.ExternalCustomerId).HasColumnName("external_customer_id").HasMaxLength(255);
        subscription
            .Property(s => s.ExternalSubscriptionId)
            .HasColumnName("external_subscription_id")
            .HasMaxLength(255);
        subscription.Property(s => s.AsOf).HasColumnName("as_of");
        subscription.Property(s => s.CreatedAt).HasColumnName("created_at");
        subscription.Property(s => s.UpdatedAt).HasColumnName("updated_at");
        subscription
            .HasIndex(s => new { s.UserId, s.Source })
            .IsUnique()
            .HasDatabaseName("ux_subscriptions_user_id_source");
        subscription
            .HasIndex(s => new { s.Source, s.ExternalSubscriptionId })
            .IsUnique()
            .HasFilter("external_subscription_id is not null")
            .HasDatabaseName("ux_subscriptions_source_external_subscription_id");
        subscription
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(s => s.UserId)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName("fk_subscriptions_users");
    }
}
