using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Orders;

internal sealed class PaymentOrderMapping : IEntityTypeConfiguration<PaymentOrder>
{
    public void Configure(EntityTypeBuilder<PaymentOrder> order)
    {
        order.ToTable(
            "payment_orders",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_payment_orders_amount", "amount > 0 and coins > 0");
                table.HasCheckConstraint(
                    "ck_payment_orders_status",
                    "status in ('pending', 'processing', 'completed', 'failed', 'refunded')"
                );
                // What is completed was credited; what was credited never becomes open or failed again.
                table.HasCheckConstraint(
                    "ck_payment_orders_completed_at",
                    """
                    case status when 'completed' then completed_at is not null when 'refunded' then true
                        else completed_at is null end
                    """
                );
                table.HasCheckConstraint("ck_payment_orders_flag", "flagged = (flag_reason is not null)");
            }
        );
        order.HasKey(o => o.Id).HasName("pk_payment_orders");
        order.Property(o => o.Id).HasColumnName("id").ValueGeneratedNever();
        order.Property(o => o.UserId).HasColumnName("user_id");
        order.Property(o => o.PackageId).HasColumnName("package_id");
        order.Property(o => o.Provider).HasColumnName("provider").HasMaxLength(16);
        order.Property(o => o.ProviderOrderId).HasColumnName("provider_order_id").HasMaxLength(ProviderId.Longest);
        order.Property(o => o.ProviderPaymentId).HasColumnName("provider_payment_id").HasMaxLength(ProviderId.Longest);
        order.Property(o => o.Amount).HasColumnName("amount");
        order.Property(o => o.Currency).HasColumnName("currency").HasMaxLength(3).IsFixedLength();
        order.Property(o => o.Coins).HasColumnName("coins");
        order.Property(o => o.Status).HasColumnName("status").HasMaxLength(16);
        order.Property(o => o.IdempotencyKey).HasColumnName("idempotency_key").HasMaxLength(255);
        order.Property(o => o.AmountPaid).HasColumnName("amount_paid");
        order.Property(o => o.Flagged).HasColumnName("flagged");
        order.Property(o => o.FlagReason).HasColumnName("flag_reason").HasMaxLength(32);
        order.Property(o => o.FlagDetail).HasColumnName("flag_detail").HasMaxLength(500);
        order.Property(o => o.CreatedAt).HasColumnName("created_at");
        order.Property(o => o.UpdatedAt).HasColumnName("updated_at");
        order.Property(o => o.CompletedAt).HasColumnName("completed_at");
        order.Property(o => o.BusyUntil).HasColumnName("busy_until");
        order.Property(o => o.NextCheckAt).HasColumnName("next_check_at");
        order.Property(o => o.Checks).HasColumnName("checks");
        order.Ignore(o => o.IsCredited);

        order
            .HasIndex(o => new { o.Provider, o.ProviderOrderId })
            .IsUnique()
            .HasDatabaseName("ux_payment_orders_provider_provider_order_id");
        order
            .HasIndex(o => new { o.Provider, o.ProviderPaymentId })
            .HasFilter("provider_payment_id is not null")
            .HasDatabaseName("ix_payment_orders_provider_provider_payment_id");
        order
            .HasIndex(o => new { o.UserId, o.IdempotencyKey })
            .IsUnique()
            .HasFilter("idempotency_key is not null")
            .HasDatabaseName("ux_payment_orders_user_id_idempotency_key");
        order
            .HasIndex(o => new
            {
                o.UserId,
                o.CreatedAt,
                o.Id,
            })
            .HasDatabaseName("ix_payment_orders_user_id_created_at_id");
        order
            .HasIndex(o => o.NextCheckAt)
            .HasFilter("next_check_at is not null")
            .HasDatabaseName("ix_payment_orders_next_check_at");
        order
            .HasIndex(o => o.CreatedAt, "ix_payment_orders_flagged")
            .HasFilter("flagged")
            .HasDatabaseName("ix_payment_orders_flagged");
        order
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(o => o.UserId)
            .OnDelete(DeleteBehavior.SetNull)
            .HasConstraintName("fk_payment_orders_users");
    }
}
