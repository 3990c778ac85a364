using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Users;
using Heretix.Billing.Usage;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>
/// Servers that sell plans by the stub of Stripe, over a database of their own, and a clock that all of them share. Nothing
/// works in the background unless a test asks for it.
/// </summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string Starter = "price_starter";
    public const string Core = "price_core";
    public const string Pro = "price_pro";
    public const string RevenueCatSecret = "the secret of the app stores";

    private readonly List<HeretixHost> hosts = [];
    private readonly PostgresCluster postgres;

    private Shop(PostgresCluster postgres, string database, StripeStub stripe, HeldTime time) =>
        (this.postgres, Database, Stripe, Time) = (postgres, database, stripe, time);

    public static DateTimeOffset Opening { get; } = new(2026, 1, 31, 9, 0, 0, TimeSpan.Zero);

    public string Database { get; }

    public StripeStub Stripe { get; }

    public HeldTime Time { get; }

    public HeretixHost this[int process] => hosts[process % hosts.Count];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Shop> OpenAsync(
        PostgresCluster postgres,
        int processes = 1,
        ServerRole role = ServerRole.Api,
        params (string Name, string? Value)[] options
    )
    {
        var time = new HeldTime(Opening);
        var stripe = await StripeStub.StartAsync(time);
        var shop = new Shop(postgres, await postgres.CreateDatabaseAsync(), stripe, time);
        for (var process = 0; process < processes; process++)
            shop.hosts.Add(await shop.AnotherAsync(role, options));
        return shop;
    }

    /// <summary>What a server must be told to sell by a stub.</summary>
    public static Dictionary<string, string> Variables(StripeStub stripe) =>
        new()
        {
            ["STRIPE_SECRET"] = StripeStub.Key,
            ["STRIPE_WEBHOOK_SECRET"] = StripeDeliveries.Secret,
            ["STRIPE_PRICE_STARTER"] = Starter,
            ["STRIPE_PRICE_CORE"] = Core,
            ["STRIPE_PRICE_PRO"] = Pro,
            ["REVENUECAT_WEBHOOK_SECRET"] = RevenueCatSecret,
            ["Heretix:Billing:StripeAddress"] = stripe.Address.ToString(),
            ["Heretix:Billing:ProviderRetryDelay"] = "00:00:00.010",
        };

    public async Task<HeretixHost> AnotherAsync(ServerRole role, params (string Name, string? Value)[] options)
    {
        var values = Variables(Stripe).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        foreach (var (name, value) in options)
            values[name] = value;
        return await HeretixHost.StartAsync(
            postgres.Url(Database),
            settings => settings with { Role = role },
            values,
            services =>
            {
                services.AddSingleton<TimeProvider>(Time);
                services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            }
        );
    }

    /// <summary>A user with a session of an API client.</summary>
    public async Task<Customer> CustomerAsync(string? email = null)
    {
        var (id, token) = (Guid.NewGuid(), Secret.New());
        email ??= $"{id:N}@example.org";
        await using var db = this[0].OpenDb();
        db.Add(new User { Id = id, Email = email });
        db.Add(
            new Session
            {
                Id = Guid.NewGuid(),
                UserId = id,
                Kind = SessionKind.Api,
                TokenHash = token.Hash(),
                TokenExpiresAt = Opening.AddYears(9),
                CreatedAt = Opening,
                LastSeenAt = Opening.AddYears(8),
                ExpiresAt = Opening.AddYears(9),
            }
        );
        await db.SaveChangesAsync(Stop);
        return new Customer(this, id, email, token.Text);
    }

    public HttpClient ClientOf(Customer customer, int process = 0)
    {
        var client = this[process].Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", customer.Token);
        return client;
    }

    /// <summary>Delivers an event of Stripe and gives the status.</summary>
    public async Task<int> DeliverAsync(StripeEvent happened, int process = 0)
    {
        using var client = this[process].Client();
        using var answer = await Stripe.DeliverAsync(client, happened);
        return (int)answer.StatusCode;
    }

    /// <summary>Delivers every event of Stripe from one on, in order.</summary>
    public async Task DeliverAllAsync(int from = 0)
    {
        foreach (var happened in Stripe.Events.Skip(from).ToList())
            (await DeliverAsync(happened)).ShouldBe(200);
    }

    /// <summary>Delivers an event of RevenueCat and gives the status.</summary>
    public async Task<int> RevenueCatAsync(object about, string? secret = RevenueCatSecret, int process = 0)
    {
        using var client = this[process].Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/revenuecat/webhook")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(new { @event = about }, JsonSerializerOptions.Default),
                Encoding.UTF8,
                "application/json"
            ),
        };
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var answer = await client.SendAsync(request, Stop);
        return (int)answer.StatusCode;
    }

    public Task<T> ScalarAsync<T>(string sql) => postgres.ScalarAsync<T>(Database, sql);

    public Task<int> ExecuteAsync(string sql) => postgres.ExecuteAsync(Database, sql);

    public string DatabaseUrl => postgres.Url(Database);

    /// <summary>What became of the events that came, as <c>type: outcome</c>, in no order.</summary>
    public async Task<string[]> OutcomesAsync() =>
        (
            await ScalarAsync<string>(
                "select coalesce(string_agg(type || ': ' || outcome, '|'), '') from billing.processed_webhook_events"
            )
        ).Split('|', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What became of an event.</summary>
    public Task<string> OutcomeOfAsync(StripeEvent happened) =>
        ScalarAsync<string>($"select outcome from billing.processed_webhook_events where event_id = '{happened.Id}'");

    /// <summary>A row of subscriptions without the moments of its own bookkeeping.</summary>
    public Task<string> RowAsync(Customer customer, string source = "stripe") =>
        ScalarAsync<string>(
            $"""
            select concat_ws(' ', plan, status, current_period_start, current_period_end, billing_anchor,
                cancel_at_period_end, external_subscription_id)
            from billing.subscriptions where user_id = '{customer.Id}' and source = '{source}'
            """
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
        await Stripe.DisposeAsync();
    }
}

/// <summary>Somebody who buys.</summary>
internal sealed record Customer(Shop Shop, Guid Id, string Email, string Token)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Asks for a plan.</summary>
    public async Task<(int Status, JsonElement Body)> CheckoutAsync(string plan, int process = 0)
    {
        using var client = Shop.ClientOf(this, process);
        using var answer = await client.PostAsJsonAsync("/api/billing/checkout", new { plan }, Stop);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    /// <summary>Asks for a plan, pays on the page, and has the events delivered. Gives the subscription.</summary>
    public async Task<string> SubscribeAsync(string plan)
    {
        var (status, body) = await CheckoutAsync(plan);
        status.ShouldBe(200, body.ToString());
        var before = Shop.Stripe.Events.Count;
        var subscription = Shop.Stripe.Pay(body.GetProperty("session_id").GetString()!);
        await Shop.DeliverAllAsync(before);
        return subscription;
    }

    public async Task<(int Status, JsonElement Body)> PortalAsync()
    {
        using var client = Shop.ClientOf(this);
        using var answer = await client.PostAsync(new Uri("/api/billing/portal", UriKind.Relative), null, Stop);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    public async Task<JsonElement> SubscriptionAsync()
    {
        using var client = Shop.ClientOf(this);
        return JsonElement.Parse(await client.GetStringAsync("/api/billing/subscription", Stop));
    }

    /// <summary>The plan that counts now.</summary>
    public async Task<string> PlanAsync() => (await SubscriptionAsync()).GetProperty("plan").GetString()!;

    public Task<UsageView> UsageAsync() =>
        Shop[0].Services.GetRequiredService<IUsageMeter>().ViewAsync(UsageSubject.OfUser(Id), Meters.Checks, Stop);

    /// <summary>Uses checks.</summary>
    public async Task UseAsync(int times)
    {
        var meter = Shop[0].Services.GetRequiredService<IUsageMeter>();
        for (var i = 0; i < times; i++)
        {
            var reserved = (
                await meter.ReserveAsync(UsageSubject.OfUser(Id), Meters.Checks, Stop)
            ).ShouldBeOfType<UsageDecision.Reserved>();
            await using var db = Shop[0].OpenDb();
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            await meter.SettleAsync(db, reserved.Reservation, Stop);
            await transaction.CommitAsync(Stop);
        }
    }
}
