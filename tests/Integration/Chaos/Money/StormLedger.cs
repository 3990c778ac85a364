using System.Collections.Concurrent;
using Heretix.Billing.Ledger;
using Heretix.Platform.Database;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>A transfer that somebody was told was made.</summary>
internal sealed record ToldTransfer(Guid Id, string Type, Guid User, long Coins);

/// <summary>
/// Coins that are moved by the code itself, in transactions of this process on the same database: what is spent on insights,
/// given back and adjusted. Whoever gets no answer asks again under the same key until there is one.
/// </summary>
internal sealed class StormLedger(HeretixHost host, CancellationToken end)
{
    private readonly CoinLedger ledger = host.Services.GetRequiredService<CoinLedger>();
    private readonly ConcurrentDictionary<string, Guid> keys = new();
    private readonly ConcurrentDictionary<Guid, List<ToldTransfer>> unlocks = new();

    /// <summary>What was told to be made, by transfer.</summary>
    public ConcurrentDictionary<Guid, ToldTransfer> Told { get; } = new();

    /// <summary>Answers that contradict one another.</summary>
    public ConcurrentQueue<string> Contradictions { get; } = new();

    /// <summary>How often there was not enough to spend.</summary>
    public int Refused => refused;

    private int refused;

    /// <summary>Spends coins.</summary>
    public async Task DebitAsync(Guid user, Guid job, long coins, bool twice)
    {
        var key = TransferKey.Of("unlock", job);
        var debit = new UnlockDebit(key, new Coins(coins), "Unlock Friendship insights");
        await MoveAsync(
            key.Text,
            TransferTypes.InsightUnlock,
            user,
            -coins,
            twice,
            db => ledger.DebitAsync(db, user, debit, end),
            unlocks
        );
    }

    /// <summary>Gives back what one of the unlocks of a user cost.</summary>
    public async Task RefundAsync(Guid user, int number, bool twice)
    {
        if (Pick(unlocks, user, number) is not { } unlock)
            return;
        await MoveAsync(
            $"refund:{unlock.Id}",
            TransferTypes.Refund,
            user,
            -unlock.Coins,
            twice,
            db => ledger.RefundAsync(db, unlock.Id, "an insight failed", end)
        );
    }

    /// <summary>An operator gives or takes.</summary>
    public async Task AdjustAsync(Guid user, Guid id, long change, bool twice)
    {
        var key = TransferKey.Of("adjustment", id);
        await MoveAsync(
            key.Text,
            TransferTypes.AdminAdjustment,
            user,
            change,
            twice,
            db => ledger.AdjustAsync(db, user, key, change, "for the storm", end)
        );
    }

    private async Task MoveAsync(
        string key,
        string type,
        Guid user,
        long coins,
        bool twice,
        Func<HeretixDb, Task<TransferOutcome>> move,
        ConcurrentDictionary<Guid, List<ToldTransfer>>? made = null
    )
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, twice ? 2 : 1).Select(_ => Task.Run(() => UntilDecidedAsync(move)))
        );
        foreach (var outcome in outcomes)
        {
            if (outcome is TransferOutcome.NotEnoughCoins)
                Interlocked.Increment(ref refused);
            else if (outcome is TransferOutcome.Done done)
                Note(key, new ToldTransfer(done.TransferId, type, user, coins), made);
            else
                Contradictions.Enqueue($"{key} was answered {outcome}");
        }
        if (outcomes.Count(outcome => outcome is TransferOutcome.Done { Repeated: false }) > 1)
            Contradictions.Enqueue($"{key} was made twice");
    }

    private void Note(string key, ToldTransfer told, ConcurrentDictionary<Guid, List<ToldTransfer>>? made)
    {
        if (keys.GetOrAdd(key, told.Id) != told.Id)
            Contradictions.Enqueue($"{key} was made as {told.Id} and as {keys[key]}");
        if (!Told.TryAdd(told.Id, told) || made is null)
            return;
        var all = made.GetOrAdd(told.User, _ => []);
        lock (all)
            all.Add(told);
    }

    private async Task<TransferOutcome> UntilDecidedAsync(Func<HeretixDb, Task<TransferOutcome>> move)
    {
        while (true)
        {
            try
            {
                await using var db = host.OpenDb();
                await using var transaction = await db.Database.BeginTransactionAsync(end);
                var outcome = await move(db);
                await transaction.CommitAsync(end);
                return outcome;
            }
            catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException or DbUpdateException)
            {
                await Task.Delay(50, end);
            }
        }
    }

    private static ToldTransfer? Pick(ConcurrentDictionary<Guid, List<ToldTransfer>> from, Guid user, int number)
    {
        var all = from.GetOrAdd(user, _ => []);
        lock (all)
            return all.Count == 0 ? null : all[number % all.Count];
    }
}
