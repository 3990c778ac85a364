using System.Text.Json;

namespace Heretix.Billing.Credits;

/// <summary>What the user can spend.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Balance">Coins.</param>
/// <param name="Receivable">Coins that are owed and settled first by the next purchase; 0 for nearly everybody.</param>
internal sealed record BalanceAnswer(Guid UserId, long Balance, long Receivable);

/// <summary>One change of the balance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type"><c>signup_bonus</c>, <c>purchase</c>, <c>insight_unlock</c>, <c>refund</c>, <c>clawback</c>, <c>reinstatement</c> or <c>admin_adjustment</c>.</param>
/// <param name="Amount">Coins that came (positive) or went (negative).</param>
/// <param name="BalanceAfter">The balance after it.</param>
/// <param name="Description">What it was.</param>
/// <param name="Status"><c>completed</c>, or <c>refunded</c> when all of it was given or taken back later.</param>
/// <param name="CreatedAt">When (UTC).</param>
/// <param name="ChatId">The chat whose insights it paid for.</param>
/// <param name="Metadata">Ids that belong to it.</param>
internal sealed record TransactionItem(
    Guid Id,
    string Type,
    long Amount,
    long BalanceAfter,
    string? Description,
    string Status,
    DateTimeOffset CreatedAt,
    Guid? ChatId,
    JsonElement? Metadata
)
{
    public static TransactionItem Of(CreditTransaction row) =>
        new(
            row.Id,
            row.Type,
            row.Amount,
            row.BalanceAfter,
            row.Description,
            row.Status,
            row.CreatedAt,
            row.ChatId,
            row.Metadata is null ? null : JsonElement.Parse(row.Metadata)
        );
}
