using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Ledger;

internal sealed class TransferMapping : IEntityTypeConfiguration<Transfer>, IEntityTypeConfiguration<Posting>
{
    public void Configure(EntityTypeBuilder<Transfer> transfer)
    {
        transfer.ToTable(
            "transfers",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint(
                    "ck_transfers_type",
                    "type in ('signup_bonus', 'purchase', 'insight_unlock', 'refund', 'clawback', 'reinstatement', 'admin_adjustment')"
                );
                table.HasCheckConstraint(
                    "ck_transfers_coins",
                    """
                    case when type in ('signup_bonus', 'purchase', 'refund', 'reinstatement') then coins > 0
                        when type in ('insight_unlock', 'clawback') then coins < 0 else coins <> 0 end
                    """
                );
                table.HasCheckConstraint(
                    "ck_transfers_reverses",
                    "(type in ('refund', 'clawback', 'reinstatement')) = (reverses is not null)"
                );
                table.HasCheckConstraint(
                    "ck_transfers_payment_order_id",
                    "type <> 'purchase' or payment_order_id is not null"
                );
                table.HasCheckConstraint("ck_transfers_after", "balance_after >= 0 and receivable_after >= 0");
            }
        );
        transfer.HasKey(t => t.Id).HasName("pk_transfers");
        transfer.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
        transfer.Property(t => t.Key).HasColumnName("key").HasMaxLength(TransferKey.LongestText);
        transfer.Property(t => t.Type).HasColumnName("type").HasMaxLength(32);
        transfer.Property(t => t.CoinAccountId).HasColumnName("coin_account_id");
        transfer.Property(t => t.Coins).HasColumnName("coins");
        transfer.Property(t => t.BalanceAfter).HasColumnName("balance_after");
        transfer.Property(t => t.ReceivableAfter).HasColumnName("receivable_after");
        transfer.Property(t => t.Flagged).HasColumnName("flagged");
        transfer.Property(t => t.CreatedAt).HasColumnName("created_at");
        transfer.Property(t => t.Description).HasColumnName("description").HasMaxLength(500);
        transfer.Property(t => t.Metadata).HasColumnName("metadata").HasColumnType("jsonb");
        transfer.Property(t => t.ChatId).HasColumnName("chat_id");
        transfer.Property(t => t.PaymentOrderId).HasColumnName("payment_order_id");
        transfer.Property(t => t.PackageId).HasColumnName("package_id");
        transfer.Property(t => t.Reverses).HasColumnName("reverses");

        transfer
            .HasOne<CoinAccount>()
            .WithMany()
            .HasForeignKey(t => t.CoinAccountId)
            .OnDelete(DeleteBehavior.Restrict)
            .HasConstraintName("fk_transfers_coin_accounts");
        transfer
            .HasOne<Transfer>()
            .WithMany()
            .HasForeignKey(t => t.Reverses)
            .OnDelete(DeleteBehavior.Restrict)
            .HasConstraintName("fk_transfers_transfers");

        transfer.HasIndex(t => t.Key).IsUnique().HasDatabaseName("ux_transfers_key");
        transfer
            .HasIndex(t => new
            {
                t.CoinAccountId,
                t.CreatedAt,
                t.Id,
            })
            .HasDatabaseName("ix_transfers_coin_account_id_created_at_id");
        transfer
            .HasIndex(t => t.Reverses, "ix_transfers_reverses")
            .HasFilter("reverses is not null")
            .HasDatabaseName("ix_transfers_reverses");
        transfer
            .HasIndex(t => t.Reverses, "ux_transfers_reverses_refund")
            .IsUnique()
            .HasFilter("type = 'refund'")
            .HasDatabaseName("ux_transfers_reverses_refund");
        transfer
            .HasIndex(t => t.PaymentOrderId)
            .IsUnique()
            .HasFilter("type = 'purchase'")
            .HasDatabaseName("ux_transfers_payment_order_id_purchase");
        transfer
            .HasIndex(t => t.CoinAccountId, "ux_transfers_coin_account_id_signup_bonus")
            .IsUnique()
            .HasFilter("type = 'signup_bonus'")
            .HasDatabaseName("ux_transfers_coin_account_id_signup_bonus");
    }

    public void Configure(EntityTypeBuilder<Posting> posting)
    {
        posting.ToTable(
            "postings",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_postings_amount", "amount <> 0");
                table.HasCheckConstraint(
                    "ck_postings_account",
                    "account in ('user', 'receivable', 'purchases', 'bonuses', 'unlocks', 'refunds', 'adjustments')"
                );
                table.HasCheckConstraint(
                    "ck_postings_coin_account_id",
                    "(account in ('user', 'receivable')) = (coin_account_id is not null)"
                );
            }
        );
        posting.HasKey(p => new { p.TransferId, p.Account }).HasName("pk_postings");
        posting.Property(p => p.TransferId).HasColumnName("transfer_id");
        posting.Property(p => p.Account).HasColumnName("account").HasMaxLength(16);
        posting.Property(p => p.CoinAccountId).HasColumnName("coin_account_id");
        posting.Property(p => p.Amount).HasColumnName("amount");
        posting
            .HasOne<Transfer>()
            .WithMany()
            .HasForeignKey(p => p.TransferId)
            .OnDelete(DeleteBehavior.Restrict)
            .HasConstraintName("fk_postings_transfers");
        // Without a key to coin_accounts: the trigger that keeps the balance compares it with the transfer's, which has one.
    }
}
