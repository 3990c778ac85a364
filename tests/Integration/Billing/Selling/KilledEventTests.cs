using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Heretix.Accounts.Tokens;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;
using Npgsql;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>SIGKILL while an event is taken in: what was sent again has its effect once.</summary>
public sealed class KilledEventTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_while_the_provider_is_asked_while_the_effect_is_made_and_before_the_answer()
    {
        await using var stripe = await StripeStub.StartAsync(TimeProvider.System);
        await using var pair = await ServerPair.StartAsync(
            postgres,
            Shop.Variables(stripe)
                .ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value)
        );
        var token = await SignedInAsync(pair);
        using var second = new HttpClient { BaseAddress = pair.Second.Address };
        var session = await CheckoutAsync(second, token);
        stripe.Pay(session);
        var paid = stripe.Events.Single(happened => happened.Type == "invoice.paid");
        var created = stripe.Events.Single(happened => happened.Type == "customer.subscription.created");

        // While Stripe is asked: nothing is held and nothing recorded.
        stripe.Fail("/v1/subscriptions", StripeFault.Hang);
        var lost = LostAsync(stripe, pair.Second, paid);
        (await stripe.Hanging.WaitAsync(TimeSpan.FromSeconds(30), Stop)).ShouldBeTrue();
        (await EventsAsync(pair)).ShouldBe(0);

        // While the effect is made: the event is in the transaction, and waits for the user's lock.
        await using var holder = new NpgsqlConnection(postgres.ConnectionString(pair.Database) + ";Pooling=false");
        await holder.OpenAsync(Stop);
        await using var held = await holder.BeginTransactionAsync(Stop);
        await using (
            var command = new NpgsqlCommand(
                """
                select pg_advisory_xact_lock(hashtextextended('billing.subscriptions:' || replace(id::text, '-', ''), 0))
                from accounts.users
                """,
                holder,
                held
            )
        )
            await command.ExecuteNonQueryAsync(Stop);
        var waiting = LostAsync(stripe, pair.Second, created);
        await pair.UntilAsync(
            "select exists (select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database()))"
        );
        await pair.Second.SignalAsync("KILL");
        await Task.WhenAll(lost, waiting);
        await pair.Second.EndAsync(Stop);
        await held.RollbackAsync(Stop);
        await pair.UntilAsync(
            "select not exists (select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_advisory%' and pid <> pg_backend_pid())"
        );
        (await EventsAsync(pair)).ShouldBe(0);
        (await pair.ScalarAsync<long>("select count(*) from billing.subscriptions")).ShouldBe(0);

        // Sent again to the other process.
        using var first = new HttpClient { BaseAddress = pair.First.Address };
        await stripe.DeliverUntilTakenAsync(first, paid);
        await stripe.DeliverUntilTakenAsync(first, created);
        (await EventsAsync(pair)).ShouldBe(2);
        var updated = await pair.ScalarAsync<DateTime>("select updated_at from billing.subscriptions");

        // After the commit, before anybody read the answer.
        stripe.CancelAtPeriodEnd((string)stripe.All("subscription")[0]["id"]!);
        var ends = stripe.Events[^1];
        var unread = LostAsync(stripe, pair.First, ends);
        await pair.UntilAsync("select count(*) = 3 from billing.processed_webhook_events");
        await pair.First.SignalAsync("KILL");
        await unread;
        await pair.First.EndAsync(Stop);
        await using var third = ServerProcess.Launch(
            ServerVerb.Program,
            pair.Data,
            Shop.Variables(stripe)
                .Append(new("DATABASE_URL", postgres.Url(pair.Database)))
                .Append(new("ENCRYPTION_KEY", pair.EncryptionKey))
                .ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value)
        );
        await third.ReadyAsync(Stop);
        using var client = new HttpClient { BaseAddress = third.Address };
        foreach (var happened in stripe.Events.ToList())
            await stripe.DeliverUntilTakenAsync(client, happened);
        (await EventsAsync(pair)).ShouldBe(stripe.Events.Count);
        (await pair.ScalarAsync<long>("select count(*) from billing.subscriptions")).ShouldBe(1);
        (await pair.ScalarAsync<bool>("select cancel_at_period_end from billing.subscriptions")).ShouldBeTrue();
        (
            await pair.ScalarAsync<int>(
                $"select deliveries from billing.processed_webhook_events where event_id = '{ends.Id}'"
            )
        ).ShouldBe(2);
        updated.ShouldBeLessThan(await pair.ScalarAsync<DateTime>("select updated_at from billing.subscriptions"));
    }

    /// <summary>Delivers an event to a server that dies of it, and hears nothing, or just its answer.</summary>
    private static async Task LostAsync(StripeStub stripe, ServerProcess server, StripeEvent happened)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        try
        {
            using var answer = await stripe.DeliverAsync(client, happened);
        }
        catch (HttpRequestException)
        {
            // That is the point.
        }
    }

    private static Task<long> EventsAsync(ServerPair pair) =>
        pair.ScalarAsync<long>("select count(*) from billing.processed_webhook_events");

    private static async Task<string> SignedInAsync(ServerPair pair)
    {
        var token = Secret.New();
        await pair.ExecuteAsync(
            $"""
            insert into accounts.users (id, email, status, created_at, updated_at)
            values ('{Guid.NewGuid()}', 'someone@example.org', 'active', now(), now());
            insert into accounts.sessions (id, user_id, kind, token_hash, token_expires_at, created_at, last_seen_at, expires_at)
            select gen_random_uuid(), id, 'api', '\x{Convert.ToHexString(
                token.Hash()
            )}', now() + interval '1 day', now(),
                now(), now() + interval '1 day' from accounts.users
            """
        );
        return token.Text;
    }

    private static async Task<string> CheckoutAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/billing/checkout")
        {
            Content = JsonContent.Create(new { plan = "core" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        ((int)answer.StatusCode).ShouldBe(200, body);
        return JsonNode.Parse(body)!["session_id"]!.GetValue<string>();
    }
}
