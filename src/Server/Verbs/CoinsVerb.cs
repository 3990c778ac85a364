using System.CommandLine;
using System.Globalization;
using Heretix.Billing.Ledger;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix coins</c>: shows a user's coins, or gives and takes some.</summary>
internal static class CoinsVerb
{
    private const int Shown = 10;

    public static Command Create(CommonOptions options, TextWriter output)
    {
        var email = new Argument<string>("EMAIL") { Description = "The user's address" };
        var amount = new Argument<long?>("AMOUNT")
        {
            Description = "Coins to give, or with a minus to take; nothing to only look",
            DefaultValueFactory = _ => null,
        };
        var reason = new Option<string?>("--reason")
        {
            Description = "Why, for the user to read; it is kept when the account is erased",
            HelpName = "TEXT",
        };
        var key = new Option<string?>("--key")
        {
            Description = "A word for this adjustment: repeated with it, the command changes nothing more",
            HelpName = "KEY",
        };
        var verb = new Command("coins", "Show a user's coins, or give and take some") { email, amount, reason, key };
        verb.SetAction(
            (parsed, stop) =>
            {
                var change = Adjustment.Read(
                    parsed.GetValue(email)!,
                    parsed.GetValue(amount),
                    parsed.GetValue(reason),
                    parsed.GetValue(key)
                );
                return OperatorVerb.RunAsync(
                    parsed,
                    options,
                    (server, token) => RunAsync(server.App.Services, parsed.GetValue(email)!, change, output, token),
                    stop
                );
            }
        );
        return verb;
    }

    private static async Task<int> RunAsync(
        IServiceProvider services,
        string email,
        Adjustment? change,
        TextWriter output,
        CancellationToken stop
    )
    {
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var user = await UserByAddress.FindAsync(db, email, stop);
        if (change is not null)
            await output.WriteLineAsync(await AdjustAsync(services, db, user.Id, change, stop));
        await ShowAsync(db, user.Id, output, stop);
        return ExitCode.Ok;
    }

    private static async Task<string> AdjustAsync(
        IServiceProvider services,
        HeretixDb db,
        Guid user,
        Adjustment change,
        CancellationToken stop
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var outcome = await services
            .GetRequiredService<CoinLedger>()
            .AdjustAsync(db, user, change.Key, change.Coins, change.Reason, stop);
        await transaction.CommitAsync(stop);
        return outcome switch
        {
            TransferOutcome.Done { Repeated: true } => "that was done before; nothing changed",
            TransferOutcome.Done when change.Coins > 0 => $"gave {new Coins(change.Coins)}",
            TransferOutcome.Done => $"took {new Coins(-change.Coins)}",
            TransferOutcome.NotEnoughCoins lack => throw new UserErrorException(
                $"the balance is {lack.Available}; no more than that can be taken"
            ),
            TransferOutcome.KeyTaken => throw new UserErrorException(
                "--key: that word stands for another adjustment; choose a new one"
            ),
            _ => throw new UserErrorException("the account was erased meanwhile"),
        };
    }

    private static async Task ShowAsync(HeretixDb db, Guid user, TextWriter output, CancellationToken stop)
    {
        var balance = await db
            .Database.SqlQuery<Holding>(
                $"""select balance as "Balance", receivable as "Receivable" from billing.coin_accounts where user_id = {user}"""
            )
            .SingleOrDefaultAsync(stop);
        var owed = balance is { Receivable: > 0 } ? $", {new Coins(balance.Receivable)} owed" : "";
        await output.WriteLineAsync($"{new Coins(balance?.Balance ?? 0)}{owed}");
        var rows = await db
            .Database.SqlQuery<Line>(
                $"""
                select created_at as "At", type as "Type", amount as "Amount", balance_after as "After", status as "Status",
                    id as "Id", description as "Description"
                from billing.credit_transactions where user_id = {user} order by created_at desc limit {Shown}
                """
            )
            .ToListAsync(stop);
        if (rows.Count > 0)
            await TextTable.WriteAsync(
                output,
                ["WHEN", "TYPE", "COINS", "BALANCE", "STATUS", "ID", "DESCRIPTION"],
                rows.Select(row =>
                    (string[])
                        [
                            row.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                            row.Type,
                            row.Amount.ToString("+0;-0;0", CultureInfo.InvariantCulture),
                            row.After.ToString(CultureInfo.InvariantCulture),
                            row.Status,
                            row.Id.ToString("D"),
                            row.Description,
                        ]
                )
            );
    }

    private sealed record Holding(long Balance, long Receivable);

    private sealed record Line(
        DateTimeOffset At,
        string Type,
        long Amount,
        long After,
        string Status,
        Guid Id,
        string Description
    );

    /// <summary>What the operator asks for.</summary>
    private sealed record Adjustment(TransferKey Key, long Coins, string Reason)
    {
        public static Adjustment? Read(string email, long? amount, string? reason, string? key)
        {
            if (amount is not { } coins)
                return reason is null && key is null
                    ? null
                    : throw new UserErrorException("--reason and --key go with an AMOUNT");
            if (coins == 0 || Math.Abs((double)coins) > Billing.Ledger.Coins.Most)
                throw new UserErrorException("AMOUNT must be a number of coins other than 0");
            if (string.IsNullOrWhiteSpace(reason) || reason.Length > 400)
                throw new UserErrorException("--reason is needed, in at most 400 characters: the user reads it");
            if (reason.Contains('@') || reason.Contains(email.Trim(), StringComparison.OrdinalIgnoreCase))
                throw new UserErrorException("--reason must name no address: it is kept when the account is erased");
            try
            {
                return new Adjustment(
                    key is null
                        ? TransferKey.Of("adjustment", Guid.NewGuid())
                        : TransferKey.Of("adjustment", "operator." + key),
                    coins,
                    reason.Trim()
                );
            }
            catch (ArgumentException)
            {
                throw new UserErrorException("--key: use letters, digits and _ - . : only, not too many");
            }
        }
    }
}
