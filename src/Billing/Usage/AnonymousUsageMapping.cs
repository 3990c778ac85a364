using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Usage;

internal sealed class AnonymousUsageMapping : IEntityTypeConfiguration<AnonymousUsage>
{
    public void Configure(EntityTypeBuilder<AnonymousUsage> usage)
    {
        usage.ToTable(
            "anonymous_usage",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_anonymous_usage_counts", "used >= 0 and reserved >= 0");
                table.HasCheckConstraint("ck_anonymous_usage_allowed", "allowed is null or used + reserved <= allowed");
            }
        );
        usage.HasKey(u => new { u.TokenHash, u.Meter }).HasName("pk_anonymous_usage");
        usage.Property(u => u.TokenHash).HasColumnName("token_hash").HasMaxLength(64);
        usage.Property(u => u.Meter).HasColumnName("meter").HasMaxLength(32);
        usage.Property(u => u.Allowed).HasColumnName("allowed");
        usage.Property(u => u.Used).HasColumnName("used");
        usage.Property(u => u.Reserved).HasColumnName("reserved");
        usage.Property(u => u.UpdatedAt).HasColumnName("updated_at");
        usage.HasIndex(u => u.UpdatedAt).HasDatabaseName("ix_anonymous_usage_updated_at");
    }
}
