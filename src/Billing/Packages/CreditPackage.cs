using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Packages;

/// <summary>Coins that can be bought. An operator changes the rows; orders keep what they were made with.</summary>
internal sealed class CreditPackage
{
    public Guid Id { get; init; }
    public required string Name { get; init; }
    public long Coins { get; init; }
    public decimal PriceUsd { get; init; }
    public decimal PriceInr { get; init; }
    public string? Description { get; init; }
    public bool IsActive { get; init; } = true;
    public bool IsPopular { get; init; }
    public int SortOrder { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class CreditPackageMapping : IEntityTypeConfiguration<CreditPackage>
{
    public void Configure(EntityTypeBuilder<CreditPackage> package)
    {
        package.ToTable(
            "credit_packages",
            BillingModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_credit_packages_coins", "coins > 0");
                table.HasCheckConstraint("ck_credit_packages_prices", "price_usd > 0 and price_inr > 0");
            }
        );
        package.HasKey(p => p.Id).HasName("pk_credit_packages");
        package.Property(p => p.Id).HasColumnName("id").HasDefaultValueSql("gen_random_uuid()");
        package.Property(p => p.Name).HasColumnName("name").HasMaxLength(100);
        package.Property(p => p.Coins).HasColumnName("coins");
        package.Property(p => p.PriceUsd).HasColumnName("price_usd").HasColumnType("numeric(10,2)");
        package.Property(p => p.PriceInr).HasColumnName("price_inr").HasColumnType("numeric(10,2)");
        package.Property(p => p.Description).HasColumnName("description").HasMaxLength(500);
        package.Property(p => p.IsActive).HasColumnName("is_active").HasDefaultValue(true);
        package.Property(p => p.IsPopular).HasColumnName("is_popular").HasDefaultValue(false);
        package.Property(p => p.SortOrder).HasColumnName("sort_order");
        package.Property(p => p.CreatedAt).HasColumnName("created_at").HasDefaultValueSql("now()");
        package.Property(p => p.UpdatedAt).HasColumnName("updated_at").HasDefaultValueSql("now()");
        package.HasIndex(p => p.Name).IsUnique().HasDatabaseName("ux_credit_packages_name");
    }
}
