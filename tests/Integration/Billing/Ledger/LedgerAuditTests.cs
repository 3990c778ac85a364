using Heretix.Billing.Ledger.Audit;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Ledger;

/// <summary>Whatever happens to the tables behind the ledger's back, the audit names it.</summary>
public sealed class LedgerAuditTests(PostgresCluster postgres)
{
    private const string Unlock = "(select id from billing.transfers where type = 'insight_unlock')";
    private const string Account = "(select id from billing.coin_accounts where receivable = 0)";

    [Theory]
    [InlineData("balance", $"update billing.coin_accounts set balance = balance + 1 where id = {Account}")]
    [InlineData("receivable", "update billing.coin_accounts set receivable = 1 where receivable > 0")]
    [InlineData("unbalanced transfer", "update billing.postings set amount = amount + 1 where account = 'unlocks'")]
    [InlineData("balance after", $"update billing.transfers set balance_after = balance_after + 1 where id = {Unlock}")]
    [InlineData(
        "receivable after",
        "update billing.transfers set receivable_after = receivable_after + 1 where type = 'clawback'"
    )]
    [InlineData("coins of transfer", $"update billing.transfers set coins = coins - 1 where id = {Unlock}")]
    [InlineData("empty transfer", $"delete from billing.postings where transfer_id = {Unlock}")]
    [InlineData("orphaned posting", $"delete from billing.transfers where id = {Unlock}")]
    [InlineData("orphaned transfer", $"delete from billing.coin_accounts where id = {Account}")]
    [InlineData(
        "strange posting",
        $"update billing.postings set coin_account_id = gen_random_uuid() where transfer_id = {Unlock} and account = 'user'"
    )]
    [InlineData("counterpart", "update billing.postings set account = 'bonuses' where account = 'unlocks'")]
    [InlineData("last transfer", $"update billing.coin_accounts set last_transfer_at = null where id = {Account}")]
    [InlineData(
        "negative account",
        "alter table billing.coin_accounts drop constraint ck_coin_accounts_balance; update billing.coin_accounts set balance = -1"
    )]
    [InlineData(
        "repeated purchase",
        "drop index billing.ux_transfers_payment_order_id_purchase; update billing.transfers set payment_order_id = '00000000-0000-4000-8000-000000000000' where type = 'purchase'"
    )]
    [InlineData(
        "repeated key",
        "drop index billing.ux_transfers_key; update billing.transfers set key = 'one:1' where type = 'purchase'"
    )]
    [InlineData(
        "repeated bonus",
        "drop index billing.ux_transfers_coin_account_id_signup_bonus; update billing.transfers set type = 'signup_bonus' where type = 'purchase'"
    )]
    [InlineData("reversal", "update billing.transfers set coins = coins + 1 where type = 'refund'")]
    [InlineData(
        "reversed transfer",
        "update billing.transfers set type = 'admin_adjustment' where type = 'insight_unlock'"
    )]
    public async Task A_corruption_is_named(string kind, string sql)
    {
        await using var books = await Books.OpenAsync(postgres);
        var debtor = await books.UserWithAsync(0);
        var disputed = await books.DoneAsync(books.BuyAsync(debtor, 400));
        await books.DoneAsync(books.AdjustAsync(debtor, -300));
        await books.DoneAsync(books.ClawBackAsync(disputed, 400));
        var user = await books.NewUserAsync();
        await books.DoneAsync(books.BuyAsync(user, 850));
        await books.DoneAsync(books.RefundAsync(await books.DoneAsync(books.DebitAsync(user, 400))));
        await books.ShouldAddUpAsync();

        await books.CorruptAsync(sql);
        var report = await books.AuditAsync();
        report.Differences.Select(found => found.Kind).ShouldContain(kind);
        report.Differences.ShouldAllBe(found => found.Meaning.Length > 20 && found.Subject.Length > 0);
    }

    [Fact]
    public async Task The_verb_prints_every_difference_and_ends_with_an_error()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.UserWithAsync(450);
        await books.DoneAsync(books.DebitAsync(user, 400));
        var url = postgres.Url(books.Servers.Database);
        var clean = await ServerVerb.RunAsync(url, null, "audit", "ledger");
        clean.Code.ShouldBe(0, clean.Said);
        clean.Said.ShouldContain("1 accounts, 3 transfers, 0 accounts owe coins");
        clean.Said.ShouldContain("everything adds up");

        await books.CorruptAsync("update billing.coin_accounts set balance = 77");
        var account = await books.Servers.ScalarAsync<Guid>("select id from billing.coin_accounts");
        var wrong = await ServerVerb.RunAsync(url, null, "audit", "ledger");
        wrong.Code.ShouldBe(1, wrong.Said);
        wrong.Said.ShouldContain("balance: The balance that the person sees is not the sum of what came and went.");
        wrong.Said.ShouldContain($"{account}: stored 77, computed 50");
        wrong.Said.ShouldContain("1 difference");
    }

    [Fact]
    public async Task The_job_notes_what_it_found_and_the_metric_of_every_worker_shows_it()
    {
        await using var books = await Books.OpenAsync(postgres);
        await books.NewUserAsync();
        await books.CorruptAsync("update billing.coin_accounts set balance = 51, last_transfer_at = null");
        await using var worker = await HeretixHost.StartAsync(postgres.Url(books.Servers.Database));
        // The job runs as soon as there is a worker.
        await Until(() =>
            books.Servers.ScalarAsync<bool>("select exists (select from billing.ledger_audits where differences = 2)")
        );
        worker.Services.GetServices<IHostedService>().OfType<LedgerGauge>().ShouldHaveSingleItem().ShouldNotBeNull();
        await worker.Services.GetServices<IHostedService>().OfType<LedgerGauge>().Single().ReadAsync(Books.Stop);
        (await MetricsAsync(worker)).ShouldContain("heretix_ledger_differences 2");

        await books.CorruptAsync(
            "update billing.coin_accounts set balance = 50, last_transfer_at = (select max(created_at) from billing.transfers)"
        );
        var audit = books.Servers[0].Services.GetRequiredService<LedgerAudit>();
        await audit.RunAsync(new JobRun(LedgerAudit.Kind, "now", 1, books.Servers[0].OpenDb), Books.Stop);
        await worker.Services.GetServices<IHostedService>().OfType<LedgerGauge>().Single().ReadAsync(Books.Stop);
        (await MetricsAsync(worker)).ShouldContain("heretix_ledger_differences 0");
    }

    private static async Task<string> MetricsAsync(HeretixHost host)
    {
        using var client = host.Client();
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Books.Stop);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await condition())
                return;
            await Task.Delay(100, Books.Stop);
        }
        throw new TimeoutException("it did not come about within half a minute");
    }
}
