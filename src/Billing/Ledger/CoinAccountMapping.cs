using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Ledger;

internal sealed class CoinAccountMapping : IEntityTypeConfiguration<CoinAccount>
{
    public void Configure(EntityTypeBuilder<CoinAccount> account)
    {
        account.ToTable(
            "coin_accounts",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_coin_accounts_balance", "balance >= 0");
                table.HasCheckConstraint("ck_coin_accounts_receivable", "receivable >= 0");
            }
        );
        account.HasKey(a => a.Id).HasName("pk_coin_accounts");
        account.Property(a => a.Id).HasColumnName("id").ValueGeneratedNever();
        account.Property(a => a.UserId).HasColumnName("user_id");
        account.Property(a => a.Balance).HasColumnName("balance");
        account.Property(a => a.Receivable).HasColumnName("receivable");
        account.Property(a => a.LastTransferAt).HasColumnName("last_transfer_at");
        account.Property(a => a.CreatedAt).HasColumnName("created_at");
        account.HasIndex(a => a.UserId).IsUnique().HasDatabaseName("ux_coin_accounts_user_id");
        account
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(a => a.UserId)
            .OnDelete(DeleteBehavior.SetNull)
            .HasConstraintName("fk_coin_accounts_users");
    }
}
