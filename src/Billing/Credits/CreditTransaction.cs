using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Credits;

/// <summary>A transfer as its user sees it: a row of the view <c>billing.credit_transactions</c>.</summary>
internal sealed class CreditTransaction
{
    public Guid Id { get; init; }
    public Guid CoinAccountId { get; init; }
    public required string Type { get; init; }

    /// <summary>What the balance changed by; 0 when all of it went to what was owed.</summary>
    public long Amount { get; init; }

    public long BalanceAfter { get; init; }
    public string? Description { get; init; }

    /// <summary><c>refunded</c> when all of it was reversed, otherwise <c>completed</c>.</summary>
    public required string Status { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public Guid? ChatId { get; init; }
    public string? Metadata { get; init; }
}

internal sealed class CreditTransactionMapping : IEntityTypeConfiguration<CreditTransaction>
{
    public void Configure(EntityTypeBuilder<CreditTransaction> transaction)
    {
        transaction.ToView("credit_transactions", BillingModule.Schema);
        transaction.HasKey(t => t.Id);
        transaction.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
        transaction.Property(t => t.CoinAccountId).HasColumnName("coin_account_id");
        transaction.Property(t => t.Type).HasColumnName("type");
        transaction.Property(t => t.Amount).HasColumnName("amount");
        transaction.Property(t => t.BalanceAfter).HasColumnName("balance_after");
        transaction.Property(t => t.Description).HasColumnName("description");
        transaction.Property(t => t.Status).HasColumnName("status");
        transaction.Property(t => t.CreatedAt).HasColumnName("created_at");
        transaction.Property(t => t.ChatId).HasColumnName("chat_id");
        transaction.Property(t => t.Metadata).HasColumnName("metadata").HasColumnType("jsonb");
    }
}
