using System.Text.Json;

namespace Heretix.Billing.Ledger;

/// <summary>Coins to take for insights.</summary>
/// <param name="Key">One for each unlock, for example by its job: <c>TransferKey.Of("unlock", jobId)</c>.</param>
/// <param name="Price">More than nothing.</param>
/// <param name="Description">What the user reads: <c>Unlock Friendship insights</c>. Nothing of anybody's; it is kept.</param>
/// <param name="ChatId">The chat.</param>
/// <param name="Metadata">Ids and numbers that the user is shown with it; kept when the account is erased.</param>
public sealed record UnlockDebit(
    TransferKey Key,
    Coins Price,
    string Description,
    Guid? ChatId = null,
    JsonElement? Metadata = null
);

/// <summary>Coins that were paid for. The key is the order's, so that an order is credited once.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Coins">More than nothing.</param>
/// <param name="PackageId">The package, if it was one.</param>
/// <param name="Metadata">Provider, its ids, amount and currency; kept when the account is erased.</param>
public sealed record CoinPurchase(Guid OrderId, Coins Coins, Guid? PackageId = null, JsonElement? Metadata = null);
