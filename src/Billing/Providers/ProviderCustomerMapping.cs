using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Providers;

internal sealed class ProviderCustomerMapping : IEntityTypeConfiguration<ProviderCustomer>
{
    public void Configure(EntityTypeBuilder<ProviderCustomer> customer)
    {
        customer.ToTable("provider_customers", BillingModule.Schema);
        customer.HasKey(c => new { c.UserId, c.Source }).HasName("pk_provider_customers");
        customer.Property(c => c.UserId).HasColumnName("user_id");
        customer.Property(c => c.Source).HasColumnName("source").HasMaxLength(32);
        customer.Property(c => c.ExternalId).HasColumnName("external_id").HasMaxLength(255);
        customer.Property(c => c.CreatedAt).HasColumnName("created_at");
        customer.Property(c => c.BusyUntil).HasColumnName("busy_until");
        customer
            .HasIndex(c => new { c.Source, c.ExternalId })
            .IsUnique()
            .HasDatabaseName("ux_provider_customers_source_external_id");
        customer
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(c => c.UserId)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName("fk_provider_customers_users");
    }
}
