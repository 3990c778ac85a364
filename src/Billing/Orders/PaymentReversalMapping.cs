using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Orders;

internal sealed class PaymentReversalMapping : IEntityTypeConfiguration<PaymentReversal>
{
    public void Configure(EntityTypeBuilder<PaymentReversal> reversal)
    {
        reversal.ToTable(
            "payment_refunds",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_payment_refunds_amount", "amount > 0");
                table.HasCheckConstraint(
                    "ck_payment_refunds_state",
                    """
                    case kind when 'refund' then state in ('requested', 'pending', 'succeeded', 'failed')
                        when 'dispute' then state in ('inquiry', 'open', 'lost', 'won') else false end
                    """
                );
                table.HasCheckConstraint("ck_payment_refunds_returned", "taken or not returned");
            }
        );
        reversal.HasKey(r => r.Id).HasName("pk_payment_refunds");
        reversal.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        reversal.Property(r => r.PaymentOrderId).HasColumnName("payment_order_id");
        reversal.Property(r => r.Kind).HasColumnName("kind").HasMaxLength(16);
        reversal.Property(r => r.Provider).HasColumnName("provider").HasMaxLength(16);
        reversal.Property(r => r.ProviderRefundId).HasColumnName("provider_refund_id").HasMaxLength(ProviderId.Longest);
        reversal
            .Property(r => r.ProviderPaymentId)
            .HasColumnName("provider_payment_id")
            .HasMaxLength(ProviderId.Longest);
        reversal.Property(r => r.Amount).HasColumnName("amount");
        reversal.Property(r => r.Currency).HasColumnName("currency").HasMaxLength(3).IsFixedLength();
        reversal.Property(r => r.State).HasColumnName("state").HasMaxLength(16);
        reversal.Property(r => r.Reason).HasColumnName("reason").HasMaxLength(400);
        reversal.Property(r => r.IdempotencyKey).HasColumnName("idempotency_key").HasMaxLength(200);
        reversal.Property(r => r.Taken).HasColumnName("taken");
        reversal.Property(r => r.Returned).HasColumnName("returned");
        reversal.Property(r => r.Coins).HasColumnName("coins");
        reversal.Property(r => r.CreatedAt).HasColumnName("created_at");
        reversal.Property(r => r.UpdatedAt).HasColumnName("updated_at");
        reversal.Property(r => r.ProcessedAt).HasColumnName("processed_at");
        reversal.Property(r => r.BusyUntil).HasColumnName("busy_until");
        reversal.Ignore(r => r.Counts);
        reversal
            .HasIndex(r => new { r.Provider, r.ProviderRefundId })
            .IsUnique()
            .HasDatabaseName("ux_payment_refunds_provider_provider_refund_id");
        reversal
            .HasIndex(r => new { r.PaymentOrderId, r.IdempotencyKey })
            .IsUnique()
            .HasFilter("idempotency_key is not null")
            .HasDatabaseName("ux_payment_refunds_payment_order_id_idempotency_key");
        // Of an order one refund at a time is asked for.
        reversal
            .HasIndex(r => r.PaymentOrderId, "ux_payment_refunds_payment_order_id_requested")
            .IsUnique()
            .HasFilter("state = 'requested'")
            .HasDatabaseName("ux_payment_refunds_payment_order_id_requested");
        reversal
            .HasIndex(r => r.PaymentOrderId, "ix_payment_refunds_payment_order_id")
            .HasDatabaseName("ix_payment_refunds_payment_order_id");
        reversal
            .HasOne<PaymentOrder>()
            .WithMany()
            .HasForeignKey(r => r.PaymentOrderId)
            .OnDelete(DeleteBehavior.Restrict)
            .HasConstraintName("fk_payment_refunds_payment_orders");
    }
}
