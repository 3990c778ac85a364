namespace Heretix.Billing.Ledger;

/// <summary>What became of a transfer that was asked for. Only <see cref="Done"/> that is not repeated moved coins.</summary>
public abstract record TransferOutcome
{
    private TransferOutcome() { }

    /// <summary>The books have it.</summary>
    /// <param name="TransferId">The transfer, for a refund to name.</param>
    /// <param name="Balance">What could be spent after it.</param>
    /// <param name="Receivable">What was owed after it.</param>
    /// <param name="Repeated">It was made before, under the same key and with the same content; nothing was moved now.</param>
    public sealed record Done(Guid TransferId, Coins Balance, Coins Receivable, bool Repeated) : TransferOutcome;

    /// <summary>The balance does not reach; nothing was moved.</summary>
    /// <param name="Required">What was asked for.</param>
    /// <param name="Available">What there is.</param>
    public sealed record NotEnoughCoins(Coins Required, Coins Available) : TransferOutcome;

    /// <summary>
    /// The key, the order or the bonus was used for a transfer with another content; nothing was moved. Something is wrong
    /// with whoever asks, so it is also logged as an error and counted.
    /// </summary>
    public sealed record KeyTaken : TransferOutcome;

    /// <summary>More was to be taken back than is left of the purchase; nothing was moved.</summary>
    /// <param name="Left">What can still be taken back.</param>
    public sealed record MoreThanPurchased(Coins Left) : TransferOutcome;

    /// <summary>There is no such user, or no such transfer of the kind that can be reversed this way.</summary>
    public sealed record Unknown : TransferOutcome;
}
