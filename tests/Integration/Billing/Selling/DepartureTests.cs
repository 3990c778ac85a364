using System.Text.Json.Nodes;
using Heretix.Billing.Events;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Accounts;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>Who leaves is not charged again, and what events said of them goes with the account.</summary>
public sealed class DepartureTests(PostgresCluster postgres) : IAsyncLifetime
{
    private readonly ShiftedTime time = new();
    private StripeStub stripe = null!;
    private HeretixHost host = null!;
    private string database = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stripe = await StripeStub.StartAsync(time);
        database = await postgres.CreateDatabaseAsync();
        host = await HeretixHost.StartAsync(
            postgres.Url(database),
            options: Shop.Variables(stripe).ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            services: services => services.AddSingleton<TimeProvider>(time)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await stripe.DisposeAsync();
    }

    [Fact]
    public async Task Leaving_ends_the_renewal_and_erasure_the_customer()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        var subscription = await SubscribeAsync(visitor);
        var user = await ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        var customer = await ScalarAsync<string>("select external_id from billing.provider_customers");
        var person = new Person(user, email, []);
        (await person.FindAsync(postgres, database)).ShouldContain("billing.processed_webhook_events.user_id");
        var export = await visitor.Client.GetStringAsync("/api/account/export", Stop);
        export.ShouldContain(customer);
        export.ShouldContain("checkout.session.completed");

        var token = await visitor.LeaveForTokenAsync(host, email);
        await UntilAsync(() => (bool)stripe.Get(subscription)["cancel_at_period_end"]!);
        ((string?)stripe.Get(subscription)["status"]).ShouldBe("active", "who comes back has what is paid");
        await DeliverAsync(stripe.Events[^1]);
        (await host.RestoreAsync(token)).ShouldBeNull();
        (await ScalarAsync<bool>("select cancel_at_period_end from billing.subscriptions")).ShouldBeTrue();

        using var again = await host.SignedInVisitorAsync(email);
        await again.LeaveForTokenAsync(host, email);
        time.Pass(TimeSpan.FromDays(31));
        await host.EraseAsync();
        await UntilAsync(() => stripe.All("customer").Count == 0);

        // What Stripe says of it afterwards brings nobody back.
        foreach (var happened in stripe.Events.ToList())
            await DeliverAsync(happened);
        var late = JsonNode.Parse(stripe.Events[0].Body)!;
        late["id"] = "evt_late";
        await DeliverAsync(new StripeEvent("evt_late", "late", late.ToJsonString()));
        (await ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(
            stripe.Events.Count + 1
        );
        (
            await ScalarAsync<long>("select count(*) from billing.processed_webhook_events where payload is not null")
        ).ShouldBe(0);
        (await ScalarAsync<long>("select count(*) from billing.provider_customers")).ShouldBe(0);
        await UntilAsync(() => stripe.Count("DELETE", $"/v1/customers/{customer}") > 0);
        await person.ShouldBeGoneAsync(postgres, database);
    }

    [Fact]
    public async Task Leaving_while_stripe_is_away_is_told_when_it_is_back()
    {
        using var visitor = await host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var subscription = await SubscribeAsync(visitor);
        stripe.Fail("/v1", [.. Enumerable.Repeat(StripeFault.Error500, 3)]);
        using var answer = await visitor.LeaveAsync();
        ((int)answer.StatusCode).ShouldBe(204);
        await UntilAsync(() => (bool)stripe.Get(subscription)["cancel_at_period_end"]!);
    }

    [Fact]
    public async Task Who_pays_on_a_page_that_was_still_open_is_not_charged_again()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        var session = await CheckoutAsync(visitor);
        stripe.Pay(session);
        using var answer = await visitor.LeaveAsync();
        ((int)answer.StatusCode).ShouldBe(204);
        var paid = stripe.Events.ToList();
        await UntilAsync(() => (bool)stripe.All("subscription")[0]["cancel_at_period_end"]!);
        stripe.CancelAtPeriodEnd((string)stripe.All("subscription")[0]["id"]!, cancel: false);

        foreach (var happened in paid)
            await DeliverAsync(happened);

        await UntilAsync(() => (bool)stripe.All("subscription")[0]["cancel_at_period_end"]!);
    }

    [Fact]
    public async Task What_old_events_said_is_let_go_of()
    {
        using var visitor = await host.SignedInVisitorAsync(AccountsHost.NewEmail());
        await SubscribeAsync(visitor);
        await RetainAsync();
        (await ScalarAsync<long>("select count(payload) from billing.processed_webhook_events")).ShouldBe(3);
        time.Pass(TimeSpan.FromDays(91));
        await RetainAsync();
        (await ScalarAsync<long>("select count(payload) from billing.processed_webhook_events")).ShouldBe(0);
        (await ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(3);
    }

    private async Task RetainAsync()
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<EventRetention>()
            .RunAsync(new JobRun(EventRetention.Kind, "now", 1, host.OpenDb), Stop);
    }

    private async Task<string> SubscribeAsync(Visitor visitor)
    {
        var subscription = stripe.Pay(await CheckoutAsync(visitor));
        foreach (var happened in stripe.Events.ToList())
            await DeliverAsync(happened);
        return subscription;
    }

    private static async Task<string> CheckoutAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.PostAsJsonAsync("/api/billing/checkout", new { plan = "core" }, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        ((int)answer.StatusCode).ShouldBe(200, body);
        return JsonNode.Parse(body)!["session_id"]!.GetValue<string>();
    }

    private async Task DeliverAsync(StripeEvent happened)
    {
        using var client = host.Client();
        using var answer = await stripe.DeliverAsync(client, happened);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync(Stop));
    }

    private Task<T> ScalarAsync<T>(string sql) => postgres.ScalarAsync<T>(database, sql);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!holds())
            await Task.Delay(20, patience.Token);
    }
}

internal static class GonePerson
{
    /// <summary>Waits, a minute at most, until no column names the person: jobs that ran a moment ago leave the queue.</summary>
    public static async Task ShouldBeGoneAsync(this Person person, PostgresCluster postgres, string database)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!patience.IsCancellationRequested && (await person.FindAsync(postgres, database)).Count > 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        (await person.FindAsync(postgres, database)).ShouldBeEmpty();
    }
}
