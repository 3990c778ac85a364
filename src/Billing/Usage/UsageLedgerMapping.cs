using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Usage;

internal sealed class UsageLedgerMapping : IEntityTypeConfiguration<UsageLedger>
{
    public const string UserForeignKey = "fk_usage_ledger_users";

    public void Configure(EntityTypeBuilder<UsageLedger> ledger)
    {
        ledger.ToTable(
            "usage_ledger",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_usage_ledger_counts", "used >= 0 and reserved >= 0 and carried >= 0");
                table.HasCheckConstraint("ck_usage_ledger_allowed", "allowed is null or used + reserved <= allowed");
                table.HasCheckConstraint("ck_usage_ledger_period", "period_end is null or period_start < period_end");
            }
        );
        ledger.HasKey(l => l.Id).HasName("pk_usage_ledger");
        ledger.Property(l => l.Id).HasColumnName("id").ValueGeneratedNever();
        ledger.Property(l => l.UserId).HasColumnName("user_id");
        ledger.Property(l => l.Meter).HasColumnName("meter").HasMaxLength(32);
        ledger.Property(l => l.Plan).HasColumnName("plan").HasMaxLength(32);
        ledger.Property(l => l.PeriodStart).HasColumnName("period_start");
        ledger.Property(l => l.PeriodEnd).HasColumnName("period_end");
        ledger.Property(l => l.Allowed).HasColumnName("allowed");
        ledger.Property(l => l.Used).HasColumnName("used");
        ledger.Property(l => l.Reserved).HasColumnName("reserved");
        ledger.Property(l => l.Carried).HasColumnName("carried");
        ledger.Property(l => l.Closed).HasColumnName("closed").HasDefaultValue(false);
        ledger.Property(l => l.CreatedAt).HasColumnName("created_at");
        ledger.Property(l => l.UpdatedAt).HasColumnName("updated_at");
        ledger
            .HasIndex(l => new
            {
                l.UserId,
                l.Meter,
                l.PeriodStart,
            })
            .IsUnique()
            .HasDatabaseName("ux_usage_ledger_user_meter_period");
        ledger
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(l => l.UserId)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName(UserForeignKey);
    }
}
