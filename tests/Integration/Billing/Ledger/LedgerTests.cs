using Heretix.Billing.Ledger;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Billing.Ledger;

/// <summary>Coins come and go once, whoever asks how often, and the books show why.</summary>
public sealed class LedgerTests(PostgresCluster postgres)
{
    [Fact]
    public async Task A_person_gets_the_welcome_bonus_once_however_many_first_sign_ins_come_at_once()
    {
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var users = await AtOnceAsync(40, n => books.NewUserAsync("same@example.org", process: n));
        users.Distinct().ShouldHaveSingleItem();
        (await books.BalanceAsync(users[0])).ShouldBe(50);
        (await books.CountAsync("billing.credit_transactions where type = 'signup_bonus'")).ShouldBe(1);
        // And not by asking for it again.
        var again = await AtOnceAsync(
            10,
            n =>
                books.Servers.CommitAsync(
                    async db => (await books.Ledger(n).GrantBonusAsync(db, users[0], Books.Stop))!,
                    n
                )
        );
        again.ShouldAllBe(outcome => ((TransferOutcome.Done)outcome).Repeated);
        (await books.BalanceAsync(users[0])).ShouldBe(50);
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Of_fifty_debits_at_once_on_a_balance_for_ten_exactly_ten_go_through()
    {
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var user = await books.UserWithAsync(4009);
        var outcomes = await AtOnceAsync(50, n => books.DebitAsync(user, 400, process: n));
        outcomes.Count(outcome => outcome is TransferOutcome.Done { Repeated: false }).ShouldBe(10);
        foreach (var refused in outcomes.Where(outcome => outcome is not TransferOutcome.Done))
            refused.ShouldBe(new TransferOutcome.NotEnoughCoins(Of(400), Of(9)));
        (await books.BalanceAsync(user)).ShouldBe(9);
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task One_key_takes_once_however_many_ask_with_it_at_once()
    {
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var (user, job) = (await books.UserWithAsync(1000), Guid.NewGuid());
        var outcomes = await AtOnceAsync(30, n => books.DebitAsync(user, 400, job, process: n));
        var done = outcomes.Cast<TransferOutcome.Done>().ToList();
        done.Count(each => !each.Repeated).ShouldBe(1);
        done.Select(each => each.TransferId).Distinct().ShouldHaveSingleItem();
        done.ShouldAllBe(each => each.Balance == Of(600));
        (await books.BalanceAsync(user)).ShouldBe(600);
        // Also when there is not enough for a second one.
        await books.DoneAsync(books.DebitAsync(user, 600));
        (await books.DebitAsync(user, 400, job)).ShouldBeOfType<TransferOutcome.Done>().Repeated.ShouldBeTrue();
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task A_key_that_comes_back_with_another_content_moves_nothing()
    {
        await using var books = await Books.OpenAsync(postgres);
        var (user, other, job) = (await books.UserWithAsync(1000), await books.UserWithAsync(1000), Guid.NewGuid());
        await books.DoneAsync(books.DebitAsync(user, 400, job));
        (await books.DebitAsync(user, 300, job)).ShouldBeOfType<TransferOutcome.KeyTaken>();
        (await books.DebitAsync(user, 400, job, chat: Guid.NewGuid())).ShouldBeOfType<TransferOutcome.KeyTaken>();
        (await books.DebitAsync(other, 400, job)).ShouldBeOfType<TransferOutcome.KeyTaken>();
        (await books.BalanceAsync(user)).ShouldBe(600);
        (await books.BalanceAsync(other)).ShouldBe(1000);
        // Two people at once with one key: one of them has it.
        var shared = Guid.NewGuid();
        var both = await AtOnceAsync(20, n => books.DebitAsync(n % 2 == 0 ? user : other, 100, shared));
        both.Count(outcome => outcome is TransferOutcome.Done { Repeated: false }).ShouldBe(1);
        both.Count(outcome => outcome is TransferOutcome.KeyTaken).ShouldBe(10);
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task A_refund_gives_the_whole_price_back_once_however_many_ask_at_once()
    {
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var (user, chat) = (await books.UserWithAsync(900), Guid.NewGuid());
        var first = await books.DoneAsync(books.DebitAsync(user, 400, chat: chat));
        var second = await books.DoneAsync(books.DebitAsync(user, 400, chat: chat));
        var outcomes = await AtOnceAsync(20, n => books.RefundAsync(second, $"reason {n % 3}", process: n));
        outcomes.Count(outcome => outcome is TransferOutcome.Done { Repeated: false }).ShouldBe(1);
        outcomes.ShouldAllBe(outcome => outcome is TransferOutcome.Done);
        // Never the older unlock of the same chat in its place.
        (await books.BalanceAsync(user)).ShouldBe(500);
        (await Status(first)).ShouldBe("completed");
        (await Status(second)).ShouldBe("refunded");
        (
            await books.CountAsync(
                $"billing.credit_transactions where type = 'refund' and amount = 400 and chat_id = '{chat}' and metadata->>'original_transaction_id' = '{second}'"
            )
        ).ShouldBe(1);
        // What is no unlock cannot be refunded.
        var purchase = await books.DoneAsync(books.BuyAsync(user, 400));
        (await books.RefundAsync(purchase)).ShouldBeOfType<TransferOutcome.Unknown>();
        (await books.RefundAsync(Guid.NewGuid())).ShouldBeOfType<TransferOutcome.Unknown>();
        await books.ShouldAddUpAsync();

        Task<string> Status(Guid transfer) =>
            books.Servers.ScalarAsync<string>(
                $"select status from billing.credit_transactions where id = '{transfer}'"
            );
    }

    [Fact]
    public async Task An_order_is_credited_once_however_many_events_say_that_it_is_paid()
    {
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var (user, order) = (await books.NewUserAsync(), Guid.NewGuid());
        var outcomes = await AtOnceAsync(20, n => books.BuyAsync(user, 850, order, process: n));
        outcomes.Count(outcome => outcome is TransferOutcome.Done { Repeated: false }).ShouldBe(1);
        (await books.BuyAsync(user, 1600, order)).ShouldBeOfType<TransferOutcome.KeyTaken>();
        (await books.BalanceAsync(user)).ShouldBe(900);
        (await books.BuyAsync(Guid.NewGuid(), 850)).ShouldBeOfType<TransferOutcome.Unknown>();
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task A_clawback_takes_what_is_there_and_the_next_purchase_settles_the_rest_first()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.UserWithAsync(50);
        var purchase = await books.DoneAsync(books.BuyAsync(user, 850));
        await books.DoneAsync(books.DebitAsync(user, 800));
        var taken = (await books.ClawBackAsync(purchase, 850, "re_1")).ShouldBeOfType<TransferOutcome.Done>();
        (taken.Balance, taken.Receivable).ShouldBe((Of(0), Of(750)));
        (await books.CountAsync($"billing.transfers where id = '{taken.TransferId}' and flagged")).ShouldBe(1);
        ((TransferOutcome.Done)await books.ClawBackAsync(purchase, 850, "re_1")).Repeated.ShouldBeTrue();
        (await books.DebitAsync(user, 1)).ShouldBeOfType<TransferOutcome.NotEnoughCoins>();

        // All of it goes to what is owed, and the list says so.
        var small = (await books.BuyAsync(user, 400)).ShouldBeOfType<TransferOutcome.Done>();
        (small.Balance, small.Receivable).ShouldBe((Of(0), Of(350)));
        (
            await books.CountAsync(
                $"billing.credit_transactions where id = '{small.TransferId}' and amount = 0 and balance_after = 0"
            )
        ).ShouldBe(1);
        var large = (await books.BuyAsync(user, 400)).ShouldBeOfType<TransferOutcome.Done>();
        (large.Balance, large.Receivable).ShouldBe((Of(50), Of(0)));
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Parts_are_taken_back_until_nothing_is_left_of_the_purchase()
    {
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var user = await books.UserWithAsync(1000);
        var purchase = await books.DoneAsync(books.BuyAsync(user, 400));
        var outcomes = await AtOnceAsync(12, n => books.ClawBackAsync(purchase, 150, $"re_{n}", process: n));
        outcomes.Count(outcome => outcome is TransferOutcome.Done).ShouldBe(2);
        outcomes
            .Where(outcome => outcome is not TransferOutcome.Done)
            .ShouldAllBe(outcome => outcome == new TransferOutcome.MoreThanPurchased(Of(100)));
        (await books.BalanceAsync(user)).ShouldBe(1100);
        await books.DoneAsync(books.ClawBackAsync(purchase, 100));
        (
            await books.CountAsync($"billing.credit_transactions where id = '{purchase}' and status = 'refunded'")
        ).ShouldBe(1);
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task An_operator_takes_no_more_than_there_is()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.NewUserAsync();
        (await books.AdjustAsync(user, -51)).ShouldBe(new TransferOutcome.NotEnoughCoins(Of(51), Of(50)));
        await books.DoneAsync(books.AdjustAsync(user, -50));
        var key = Guid.NewGuid();
        await books.DoneAsync(books.AdjustAsync(user, 7, key));
        ((TransferOutcome.Done)await books.AdjustAsync(user, 7, key)).Repeated.ShouldBeTrue();
        (await books.AdjustAsync(user, -7, key)).ShouldBeOfType<TransferOutcome.KeyTaken>();
        (await books.BalanceAsync(user)).ShouldBe(7);
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task What_is_rolled_back_never_was_and_its_key_is_free()
    {
        await using var books = await Books.OpenAsync(postgres);
        var (user, job) = (await books.UserWithAsync(400), Guid.NewGuid());
        await using (var db = books.Servers[0].OpenDb())
        await using (await db.Database.BeginTransactionAsync(Books.Stop))
            (
                await books
                    .Ledger()
                    .DebitAsync(db, user, new UnlockDebit(TransferKey.Of("unlock", job), Of(400), "Unlock"), Books.Stop)
            ).ShouldBeOfType<TransferOutcome.Done>();
        (await books.BalanceAsync(user)).ShouldBe(400);
        await books.DoneAsync(books.DebitAsync(user, 400, job));
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Without_an_open_transaction_nothing_moves()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.NewUserAsync();
        await using var db = books.Servers[0].OpenDb();
        await Should.ThrowAsync<InvalidOperationException>(() =>
            books
                .Ledger()
                .AdjustAsync(db, user, TransferKey.Of("adjustment", "x"), 5, "without a transaction", Books.Stop)
        );
        (await books.BalanceAsync(user)).ShouldBe(50);
    }

    [Fact]
    public async Task The_database_keeps_the_books_from_whoever_goes_around_the_ledger()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.UserWithAsync(100);
        var account = await books.Servers.ScalarAsync<Guid>("select id from billing.coin_accounts");
        var transfer = await books.DoneAsync(books.DebitAsync(user, 10));
        string Write(string postings, long coins = 10, long after = 100, string at = "now() + interval '1 hour'") =>
            $"""
                with t as (
                    insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after,
                        flagged, created_at, description)
                    values (gen_random_uuid(), gen_random_uuid()::text, 'admin_adjustment', '{account}', {coins}, {after},
                        0, false, {at}, 'by hand') returning id)
                insert into billing.postings (transfer_id, account, coin_account_id, amount)
                select t.id, p.* from t, (values {postings}) p (account, owner, amount)
                """;
        var own = $"('user', '{account}'::uuid, 10)";
        const string House = "('adjustments', null, -10)";
        string[] refused =
        [
            Write(own),
            Write($"{own}, ('adjustments', null, -11)"),
            Write($"{own}, {House}", after: 101),
            Write($"{own}, {House}", coins: 9),
            Write($"{own}, {House}", at: "now() - interval '1 hour'"),
            Write($"('user', gen_random_uuid(), 10), {House}"),
            Write($"('user', '{account}'::uuid, -100), ('adjustments', null, 100)", coins: -100, after: -10),
            $"insert into billing.postings values ('{transfer}', 'receivable', '{account}', 5), ('{transfer}', 'bonuses', null, -5)",
            $"update billing.transfers set coins = -5 where id = '{transfer}'",
            $"delete from billing.transfers where id = '{transfer}'",
            "update billing.postings set amount = amount * 2",
            "delete from billing.postings",
            "truncate billing.postings",
            "truncate billing.transfers cascade",
            "update billing.coin_accounts set balance = -1",
            "delete from billing.coin_accounts",
        ];
        foreach (var sql in refused)
            (await Should.ThrowAsync<PostgresException>(() => books.ExecuteAsync(sql), sql)).SqlState.ShouldStartWith(
                "23",
                customMessage: sql
            );
        // The same written rightly is taken, and the balance follows by itself.
        await books.ExecuteAsync(Write($"{own}, {House}"));
        (await books.BalanceAsync(user)).ShouldBe(100);
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task The_books_still_add_up_when_nobody_knows_any_more_whose_they_were()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.UserWithAsync(500);
        var unlock = await books.DoneAsync(books.DebitAsync(user, 400));
        await books.EraseAsync(user);
        (await books.CountAsync($"billing.coin_accounts where user_id = '{user}'")).ShouldBe(0);
        (await books.CountAsync("billing.coin_accounts where user_id is null and balance = 100")).ShouldBe(1);
        // A job that was still running gives back to the account, and nobody else gets it.
        await books.DoneAsync(books.RefundAsync(unlock));
        (await books.DebitAsync(user, 1)).ShouldBe(new TransferOutcome.NotEnoughCoins(Of(1), Of(0)));
        await books.ShouldAddUpAsync();
    }

    [Fact]
    public async Task A_transfer_that_would_name_its_user_is_refused()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.NewUserAsync();
        await Should.ThrowAsync<ArgumentException>(() => books.DebitAsync(user, 10, job: user));
    }

    private static Coins Of(long coins) => new(coins);

    private static Task<T[]> AtOnceAsync<T>(int times, Func<int, Task<T>> work) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(n => Task.Run(() => work(n))));
}
