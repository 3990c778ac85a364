using System.Globalization;
using System.Text.Json;
using Heretix.Platform.Database;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Billing.Ledger;

/// <summary>
/// The one way in which coins move. Everything happens in the caller's open transaction, in one round trip, and commits
/// with whatever the coins are for. A repeated key moves nothing a second time, however many ask at once. The account stays
/// locked until the transaction ends, so this comes last before the commit: first what is paid for (chat, job, order), then
/// the coins, and one account in a transaction.
/// </summary>
public sealed class CoinLedger
{
    private const int LongestReason = 400;
    private readonly LedgerMetrics metrics;
    private readonly IOptions<BillingOptions> options;
    private readonly TimeProvider time;
    private readonly ILogger<CoinLedger> log;

    internal CoinLedger(
        LedgerMetrics metrics,
        IOptions<BillingOptions> options,
        TimeProvider time,
        ILogger<CoinLedger> log
    ) => (this.metrics, this.options, this.time, this.log) = (metrics, options, time, log);

    /// <summary>Opens the account of a new user and puts the welcome bonus on it, once for each account.</summary>
    /// <returns>Null when no bonus is given.</returns>
    public async Task<TransferOutcome?> GrantBonusAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        var bonus = new Coins(options.Value.SignUpBonus);
        if (bonus.Value > 0)
            return await MoveAsync(
                db,
                userId,
                new Movement(
                    TransferTypes.SignUpBonus,
                    LedgerAccounts.Bonuses,
                    Key: null,
                    bonus.Value,
                    $"Welcome bonus: {bonus}"
                ),
                opens: true,
                cancellationToken
            );
        await using var open = db.InTransaction(CoinStatements.Open, Opening(userId));
        await open.ExecuteNonQueryAsync(cancellationToken);
        return null;
    }

    /// <summary>Takes the price of insights from a user's balance.</summary>
    /// <returns>
    /// <see cref="TransferOutcome.NotEnoughCoins"/> when the balance does not reach, or there is no account at all.
    /// </returns>
    public async Task<TransferOutcome> DebitAsync(
        HeretixDb db,
        Guid userId,
        UnlockDebit debit,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(debit);
        ArgumentOutOfRangeException.ThrowIfZero(debit.Price.Value, nameof(debit));
        var outcome = await MoveAsync(
            db,
            userId,
            new Movement(
                TransferTypes.InsightUnlock,
                LedgerAccounts.Unlocks,
                debit.Key,
                -debit.Price.Value,
                debit.Description,
                debit.Metadata
            )
            {
                ChatId = debit.ChatId,
            },
            opens: false,
            cancellationToken
        );
        return outcome is TransferOutcome.Unknown
            ? new TransferOutcome.NotEnoughCoins(debit.Price, new Coins(0))
            : outcome;
    }

    /// <summary>Gives the whole price of an unlock back, once, whoever asks and however often.</summary>
    /// <param name="unlock">The transfer that took it.</param>
    /// <param name="reason">A few words that the user reads, at most 400 characters; nothing of anybody's.</param>
    public Task<TransferOutcome> RefundAsync(
        HeretixDb db,
        Guid unlock,
        string reason,
        CancellationToken cancellationToken
    ) =>
        ReverseAsync(
            db,
            unlock,
            TransferTypes.InsightUnlock,
            new Movement(
                TransferTypes.Refund,
                LedgerAccounts.Refunds,
                Key: null,
                Coins: null,
                $"Refund: {Checked(reason)}",
                Reversal(unlock, reason)
            ),
            cancellationToken
        );

    /// <summary>Credits coins that were paid for, once for each order. What the user owes is settled first.</summary>
    public Task<TransferOutcome> CreditPurchaseAsync(
        HeretixDb db,
        Guid userId,
        CoinPurchase purchase,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(purchase);
        ArgumentOutOfRangeException.ThrowIfZero(purchase.Coins.Value, nameof(purchase));
        return MoveAsync(
            db,
            userId,
            new Movement(
                TransferTypes.Purchase,
                LedgerAccounts.Purchases,
                TransferKey.Of("purchase", purchase.OrderId),
                purchase.Coins.Value,
                $"Purchased {purchase.Coins}",
                purchase.Metadata
            )
            {
                OrderId = purchase.OrderId,
                PackageId = purchase.PackageId,
            },
            opens: true,
            cancellationToken
        );
    }

    /// <summary>
    /// Takes coins of a purchase back, whose money went back or is disputed: at most the balance, and the rest is owed,
    /// which flags the transfer. Several may take parts, together no more than was bought.
    /// </summary>
    /// <param name="key">One for each refund of the provider: <c>TransferKey.Of("clawback", providerRefundId)</c>.</param>
    /// <param name="purchase">The transfer of the purchase.</param>
    /// <param name="reason">A few words that the user reads, at most 400 characters.</param>
    public Task<TransferOutcome> ClawBackAsync(
        HeretixDb db,
        TransferKey key,
        Guid purchase,
        Coins coins,
        string reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(coins.Value, nameof(coins));
        return ReverseAsync(
            db,
            purchase,
            TransferTypes.Purchase,
            new Movement(
                TransferTypes.Clawback,
                LedgerAccounts.Purchases,
                key,
                -coins.Value,
                $"Taken back: {Checked(reason)}",
                Reversal(purchase, reason)
            ),
            cancellationToken
        );
    }

    /// <summary>
    /// Gives coins of a purchase again that were taken back: its dispute was won, or its refund failed. What the user owes is
    /// settled first. Never more than was taken back and not given again.
    /// </summary>
    /// <param name="key">One for each refund or dispute of the provider.</param>
    /// <param name="purchase">The transfer of the purchase.</param>
    /// <param name="reason">A few words that the user reads, at most 400 characters.</param>
    public Task<TransferOutcome> ReinstateAsync(
        HeretixDb db,
        TransferKey key,
        Guid purchase,
        Coins coins,
        string reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(coins.Value, nameof(coins));
        return ReverseAsync(
            db,
            purchase,
            TransferTypes.Purchase,
            new Movement(
                TransferTypes.Reinstatement,
                LedgerAccounts.Purchases,
                key,
                coins.Value,
                $"Given again: {Checked(reason)}",
                Reversal(purchase, reason)
            ),
            cancellationToken
        );
    }

    /// <summary>An operator gives or takes coins; the balance never falls below zero by it.</summary>
    /// <param name="change">Positive to give, negative to take.</param>
    /// <param name="reason">A few words that the user reads, at most 400 characters.</param>
    public Task<TransferOutcome> AdjustAsync(
        HeretixDb db,
        Guid userId,
        TransferKey key,
        long change,
        string reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(change, -Coins.Most);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(change, Coins.Most);
        return MoveAsync(
            db,
            userId,
            new Movement(
                TransferTypes.AdminAdjustment,
                LedgerAccounts.Adjustments,
                key,
                change,
                $"Adjustment: {Checked(reason)}"
            ),
            opens: true,
            cancellationToken
        );
    }

    private async Task<TransferOutcome> MoveAsync(
        HeretixDb db,
        Guid userId,
        Movement movement,
        bool opens,
        CancellationToken cancellationToken
    )
    {
        var metadata = movement.Metadata?.GetRawText();
        var named = userId.ToString("D");
        if ((metadata + movement.Key?.Text + movement.Description).Contains(named, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("A transfer outlives its user, so it must not name them.", nameof(movement));
        var now = time.GetUtcNow();
        await using var batch = db.BatchInTransaction();
        if (opens)
            batch.Add(CoinStatements.Open, Opening(userId));
        batch
            .Add(CoinStatements.LockOfUser, userId)
            .Add(
                CoinStatements.Move,
                Guid.CreateVersion7(now),
                movement.Type,
                movement.Key?.Text,
                movement.Coins,
                now,
                movement.Description,
                metadata,
                movement.Counterpart,
                userId,
                movement.ChatId,
                movement.OrderId,
                movement.PackageId
            );
        return await DecideAsync(batch, movement, cancellationToken);
    }

    private async Task<TransferOutcome> ReverseAsync(
        HeretixDb db,
        Guid original,
        string originalType,
        Movement movement,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        await using var batch = db.BatchInTransaction()
            .Add(CoinStatements.LockOfTransfer, original)
            .Add(
                CoinStatements.Reverse,
                Guid.CreateVersion7(now),
                movement.Type,
                movement.Key?.Text,
                movement.Coins,
                now,
                movement.Description,
                movement.Metadata?.GetRawText(),
                movement.Counterpart,
                original,
                originalType
            );
        return await DecideAsync(batch, movement, cancellationToken);
    }

    private async Task<TransferOutcome> DecideAsync(
        NpgsqlBatch batch,
        Movement movement,
        CancellationToken cancellationToken
    )
    {
        TransferOutcome outcome;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            outcome = await reader.ReadAsync(cancellationToken) ? Read(reader) : new TransferOutcome.Unknown();
            // What fails only at the end of the statement is told here.
            while (await reader.NextResultAsync(cancellationToken)) { }
        }
        metrics.Decided(movement.Type, outcome);
        switch (outcome)
        {
            case TransferOutcome.KeyTaken:
                Log.KeyTaken(log, movement.Type, movement.Key?.Text ?? "of its own");
                break;
            case TransferOutcome.Done { Repeated: false, Receivable.Value: > 0 } done
                when movement.Type == TransferTypes.Clawback:
                Log.Owed(log, done.TransferId, done.Receivable.Value);
                break;
            case TransferOutcome.Done { Repeated: false } done when movement.Type != TransferTypes.SignUpBonus:
                Log.Moved(log, movement.Type, done.TransferId);
                break;
        }
        return outcome;
    }

    private static TransferOutcome Read(NpgsqlDataReader row)
    {
        var (coins, balance) = (row.GetInt64(0), row.GetInt64(1));
        if (!row.IsDBNull(4))
            return Done(4, repeated: false);
        if (!row.IsDBNull(7))
            return row.GetBoolean(10) ? Done(7, repeated: true) : new TransferOutcome.KeyTaken();
        if (!row.GetBoolean(2))
            return new TransferOutcome.NotEnoughCoins(new Coins(-coins), new Coins(balance));
        return !row.IsDBNull(3) && row.GetInt64(3) < Math.Abs(coins)
            ? new TransferOutcome.MoreThanPurchased(new Coins(row.GetInt64(3)))
            : new TransferOutcome.KeyTaken();

        TransferOutcome.Done Done(int at, bool repeated) =>
            new(row.GetGuid(at), new Coins(row.GetInt64(at + 1)), new Coins(row.GetInt64(at + 2)), repeated);
    }

    private object?[] Opening(Guid userId) => [Guid.NewGuid(), userId, time.GetUtcNow()];

    private static string Checked(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return reason.Length <= LongestReason
            ? reason
            : throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"A reason has at most {LongestReason} characters."),
                nameof(reason)
            );
    }

    private static JsonElement Reversal(Guid original, string reason) =>
        JsonSerializer.SerializeToElement(new ReversalNote(original, reason), BillingJson.Default.ReversalNote);

    /// <summary>What is asked of the books; no coins are those of the transfer that is reversed.</summary>
    private sealed record Movement(
        string Type,
        string Counterpart,
        TransferKey? Key,
        long? Coins,
        string Description,
        JsonElement? Metadata = null
    )
    {
        public Guid? ChatId { get; init; }
        public Guid? OrderId { get; init; }
        public Guid? PackageId { get; init; }
    }
}
