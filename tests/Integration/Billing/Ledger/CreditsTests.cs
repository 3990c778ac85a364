using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Ledger;

/// <summary>What people see of their coins.</summary>
public sealed class CreditsTests(PostgresCluster postgres)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly HeldTime time = new(Start);

    [Fact]
    public async Task The_balance_is_the_users_own_and_nobody_sees_it_without_a_session()
    {
        await using var books = await Books.OpenAsync(postgres, time: time);
        var user = await books.NewUserAsync();
        (await GetAsync(books, user, "balance"))
            .GetRawText()
            .ShouldBe($$"""{"user_id":"{{user}}","balance":50,"receivable":0}""");
        // Who was here before there were coins has none yet.
        var old = await books.Servers.AddUserAsync("old@example.org");
        (await GetAsync(books, old, "balance")).GetProperty("balance").GetInt64().ShouldBe(0);
        (await GetAsync(books, old, "transactions")).GetRawText().ShouldBe("""{"items":[],"next_cursor":null}""");
        using var nobody = books.Servers[0].Client();
        foreach (var path in (string[])["balance", "transactions"])
        {
            using var refused = await nobody.GetAsync(Path(path), Books.Stop);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Transactions_come_newest_first_with_what_they_were_for()
    {
        await using var books = await Books.OpenAsync(postgres, time: time);
        var (user, other, chat) = (await books.NewUserAsync(), await books.NewUserAsync(), Guid.NewGuid());
        await books.DoneAsync(books.BuyAsync(other, 1600));
        await books.DoneAsync(books.BuyAsync(user, 400));
        var unlock = await books.DoneAsync(books.DebitAsync(user, 400, chat: chat));
        var refund = await books.DoneAsync(books.RefundAsync(unlock));

        var items = (await GetAsync(books, user, "transactions")).GetProperty("items").EnumerateArray().ToList();
        items
            .Select(item => item.GetProperty("type").GetString())
            .ShouldBe(["refund", "insight_unlock", "purchase", "signup_bonus"]);
        items.Select(item => item.GetProperty("amount").GetInt64()).ShouldBe([400, -400, 400, 50]);
        items.Select(item => item.GetProperty("balance_after").GetInt64()).ShouldBe([450, 50, 450, 50]);
        items
            .Select(item => item.GetProperty("status").GetString())
            .ShouldBe(["completed", "refunded", "completed", "completed"]);
        items
            .Select(item => item.GetProperty("description").GetString())
            .ShouldBe([
                "Refund: an insight failed",
                "Unlock Friendship insights",
                "Purchased 400 coins",
                "Welcome bonus: 50 coins",
            ]);
        items[0]
            .GetRawText()
            .ShouldBe(
                $$$"""
                {"id":"{{{refund}}}","type":"refund","amount":400,"balance_after":450,"description":"Refund: an insight failed","status":"completed","created_at":"2026-03-01T12:00:00.000003Z","chat_id":"{{{chat}}}","metadata":{"reason":"an insight failed","original_transaction_id":"{{{unlock}}}"}}
                """
            );
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_lose_a_transaction_while_others_are_made_at_the_same_time()
    {
        // The clock stands still, so every transfer is made at the same time.
        await using var books = await Books.OpenAsync(postgres, time: time);
        var user = await books.NewUserAsync();
        for (var n = 0; n < 40; n++)
            await books.DoneAsync(books.AdjustAsync(user, 10));
        var before = await IdsAsync(books, user);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Books.Stop);
        var busy = Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (!end.IsCancellationRequested)
                            await books.AdjustAsync(user, 1);
                    })
                )
        );
        for (var round = 0; round < 5; round++)
        {
            var seen = new List<Guid>();
            string? cursor = null;
            do
            {
                var page = await GetAsync(
                    books,
                    user,
                    "transactions?limit=7" + (cursor is null ? "" : $"&cursor={cursor}")
                );
                seen.AddRange(
                    page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())
                );
                cursor = page.GetProperty("next_cursor").GetString();
                // Those of before are reached however many come on top meanwhile.
            } while (cursor is not null);
            seen.Distinct().Count().ShouldBe(seen.Count);
            before.ShouldBeSubsetOf(seen);
            seen.Where(before.Contains).ShouldBe(before);
        }
        await end.CancelAsync();
        await busy;
        await books.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData("transactions?limit=0", 422, "validation_failed")]
    [InlineData("transactions?limit=101", 422, "validation_failed")]
    [InlineData("transactions?cursor=abc", 400, "invalid_cursor")]
    public async Task A_page_that_cannot_be_is_refused(string path, int status, string error)
    {
        await using var books = await Books.OpenAsync(postgres, time: time);
        using var client = await books.ClientOfAsync(await books.NewUserAsync());
        using var answer = await client.GetAsync(Path(path), Books.Stop);
        ((int)answer.StatusCode).ShouldBe(status);
        JsonElement
            .Parse(await answer.Content.ReadAsStringAsync(Books.Stop))
            .GetProperty("error")
            .GetString()
            .ShouldBe(error);
    }

    [Fact]
    public async Task Everybody_sees_the_three_packages_and_an_operator_changes_them()
    {
        await using var books = await Books.OpenAsync(postgres, time: time);
        var packages = (await GetAsync(books, null, "packages")).GetProperty("items").EnumerateArray().ToList();
        packages
            .Select(package =>
                (
                    package.GetProperty("name").GetString(),
                    package.GetProperty("coins").GetInt64(),
                    package.GetProperty("price_usd").GetString(),
                    package.GetProperty("price_inr").GetString(),
                    package.GetProperty("is_popular").GetBoolean()
                )
            )
            .ShouldBe([
                ("Starter", 400, "4.99", "399.00", false),
                ("Popular", 850, "9.99", "799.00", true),
                ("Pro", 1600, "17.99", "1499.00", false),
            ]);
        await books.ExecuteAsync(
            """
            update billing.credit_packages set is_active = false where name = 'Pro';
            insert into billing.credit_packages (name, coins, price_usd, price_inr, sort_order) values ('Tiny', 100, 1.49, 99, 0)
            """
        );
        (await GetAsync(books, null, "packages"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(package => package.GetProperty("name").GetString())
            .ShouldBe(["Tiny", "Starter", "Popular"]);
    }

    [Fact]
    public async Task The_verb_shows_gives_and_takes()
    {
        await using var books = await Books.OpenAsync(postgres);
        var user = await books.NewUserAsync("someone@example.org");
        var url = postgres.Url(books.Servers.Database);
        (await Verb("someone@example.org", "25", "--reason", "a slow evening", "--key", "ticket-7")).ShouldBe(
            (0, "gave 25 coins")
        );
        (await Verb("someone@example.org", "25", "--reason", "a slow evening", "--key", "ticket-7")).ShouldBe(
            (0, "that was done before; nothing changed")
        );
        (await Verb("someone@example.org", "-5", "--reason", "a mistake")).ShouldBe((0, "took 5 coins"));
        (await Verb("someone@example.org", "-71", "--reason", "too much")).ShouldBe(
            (1, "heretix: the balance is 70 coins; no more than that can be taken")
        );
        (await Verb("someone@example.org", "5")).Code.ShouldBe(1);
        (await Verb("someone@example.org", "5", "--reason", "for Someone@example.org")).Code.ShouldBe(1);
        (await Verb("nobody@example.org")).ShouldBe((1, "heretix: no user has the address nobody@example.org"));
        (await Verb("someone@example.org")).ShouldBe((0, "70 coins"));
        (await books.BalanceAsync(user)).ShouldBe(70);
        await books.ShouldAddUpAsync();

        async Task<(int Code, string First)> Verb(params string[] arguments)
        {
            var (code, said) = await ServerVerb.RunAsync(url, null, ["coins", .. arguments]);
            return (code, said.Split('\n')[0].Trim());
        }
    }

    private static async Task<List<Guid>> IdsAsync(Books books, Guid user) =>
        [
            .. (await GetAsync(books, user, "transactions?limit=100"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(item => item.GetProperty("id").GetGuid()),
        ];

    private static async Task<JsonElement> GetAsync(Books books, Guid? user, string path)
    {
        using var client = user is { } known ? await books.ClientOfAsync(known) : books.Servers[0].Client();
        using var answer = await client.GetAsync(Path(path), Books.Stop);
        var text = await answer.Content.ReadAsStringAsync(Books.Stop);
        ((int)answer.StatusCode).ShouldBe(200, text);
        return JsonElement.Parse(text);
    }

    private static Uri Path(string path) => new("/api/credits/" + path, UriKind.Relative);
}
