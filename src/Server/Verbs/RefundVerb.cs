using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Heretix.Billing.Orders.Refunding;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix refund</c>: gives the money of an order back and takes its coins back.</summary>
internal static partial class RefundVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var id = OrdersVerb.Id();
        var amount = new Option<string?>("--amount")
        {
            Description = "Only so much of the money, in the order's currency, for example 4.99",
            HelpName = "MONEY",
        };
        var coins = new Option<long?>("--coins")
        {
            Description = "Only the price of so many of its coins",
            HelpName = "N",
        };
        var reason = new Option<string?>("--reason")
        {
            Description = "Why, for the user to read; it is kept when the account is erased",
            HelpName = "TEXT",
        };
        var key = new Option<string?>("--key")
        {
            Description = "A word for this refund: repeated with it, nothing is refunded again",
            HelpName = "KEY",
        };
        var verb = new Command("refund", "Refund an order of coins at its provider and take its coins back")
        {
            id,
            amount,
            coins,
            reason,
            key,
        };
        verb.SetAction(
            (parsed, stop) =>
            {
                var wish = Read(
                    parsed.GetValue(amount),
                    parsed.GetValue(coins),
                    parsed.GetValue(reason),
                    parsed.GetValue(key)
                );
                return OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var order = await OrdersVerb.FindAsync(server, parsed.GetValue(id)!, token);
                        var outcome = await server
                            .App.Services.GetRequiredService<OrderRefunds>()
                            .RefundAsync(order.Id, wish, token);
                        await output.WriteLineAsync(Words(outcome, wish));
                        return ExitCode.Ok;
                    },
                    stop
                );
            }
        );
        return verb;
    }

    private static string Words(RefundOutcome outcome, RefundWish wish) =>
        outcome switch
        {
            RefundOutcome.Done { Earlier: true } done => throw new UserErrorException(
                $"an earlier refund that was not finished comes first: {Words(done)}. Yours was not made; ask again if it is still wanted"
            ),
            RefundOutcome.Done { Repeated: true } done => $"that was done before; nothing changed: {Words(done)}",
            RefundOutcome.Done done => Words(done),
            RefundOutcome.TooMuch { Left: 0 } when wish is { Amount: null, Coins: null } =>
                "all of it went back before; nothing changed",
            RefundOutcome.TooMuch much => throw new UserErrorException(
                $"only {Money(much.Left, much.Currency)} is left to refund"
            ),
            RefundOutcome.NotPaid => throw new UserErrorException("nobody has paid this order"),
            RefundOutcome.NotSetUp missing => throw new UserErrorException(
                $"{missing.Provider} is not set up here; set its keys first"
            ),
            RefundOutcome.Refused refused => throw new UserErrorException(
                $"the provider refused the refund ({refused.Code}); nothing was refunded"
            ),
            RefundOutcome.Unfinished => throw new UserErrorException(
                "the provider does not answer; run the same command again, or wait: the refund is gone on with, and made once"
            ),
            _ => throw new UserErrorException("there is no such order"),
        };

    private static string Words(RefundOutcome.Done done) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"refund {done.ProviderRefundId} of {Money(done.Amount, done.Currency)} is {done.State}; {done.Coins} coins taken back"
        );

    private static string Money(long amount, string currency) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount / 100m:F2} {currency}");

    private static RefundWish Read(string? amount, long? coins, string? reason, string? key)
    {
        if (amount is not null && coins is not null)
            throw new UserErrorException("--amount and --coins: give one of them, or neither for all that is left");
        if (coins is <= 0)
            throw new UserErrorException("--coins must be more than 0");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 400)
            throw new UserErrorException("--reason is needed, in at most 400 characters: the user reads it");
        if (reason.Contains('@'))
            throw new UserErrorException("--reason must name no address: it is kept when the account is erased");
        if (key is not null && !KeyForm().IsMatch(key))
            throw new UserErrorException("--key: use letters, digits and _ - . : only, at most 100");
        return new RefundWish(amount is null ? null : Minor(amount), coins, reason.Trim(), key);
    }

    private static long Minor(string amount) =>
        decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var money)
        && money is > 0 and < 1_000_000_000
        && decimal.Truncate(money * 100) == money * 100
            ? decimal.ToInt64(money * 100)
            : throw new UserErrorException($"--amount: '{amount}' is no amount of the form 4.99");

    [GeneratedRegex("^[A-Za-z0-9_.:-]{1,100}$")]
    private static partial Regex KeyForm();
}
