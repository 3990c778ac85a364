using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers.Testing;

/// <summary>
/// Sells plans for nothing, on pages of this server, so that everything around a plan can be tried without an account
/// anywhere. Never in production. Its subscriptions have no period that would have to be renewed: they go on until they are
/// cancelled.
/// </summary>
internal sealed class TestSeller(
    IDbContextFactory<HeretixDb> contexts,
    Subscriptions.Subscriptions subscriptions,
    TestTickets tickets,
    PlanCatalogue plans,
    ServerSettings server,
    IOptions<BillingOptions> options,
    TimeProvider time
) : IPlanSeller
{
    /// <summary>The name under which its subscriptions are stored.</summary>
    public const string Name = "test";

    public string Source => Name;

    public async Task<CheckoutOutcome> CheckoutAsync(Buyer buyer, string plan, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(buyer.UserId, cancellationToken);
        var standing = Standing.Of(rows, plans, options.Value.RenewalGrace, time.GetUtcNow());
        if (standing.Source is { } source && standing.Plan.Rank >= plans[plan].Rank)
            return new CheckoutOutcome.AlreadySubscribed(standing.Plan.Name, source);
        if (Live(rows) is not null)
        {
            await SubscribeAsync(buyer.UserId, plan, cancellationToken);
            return new CheckoutOutcome.Changed(plan);
        }
        var ticket = tickets.Write(buyer.UserId, plan);
        return new CheckoutOutcome.Pay(
            new Uri(server.ApiUrl, $"{TestPages.CheckoutPath}?ticket={ticket}"),
            "test_" + ticket[..16]
        );
    }

    public async Task<PortalOutcome> PortalAsync(Guid userId, CancellationToken cancellationToken) =>
        (await RowsAsync(userId, cancellationToken)).Exists(row => row.Source == Name)
            ? new PortalOutcome.Open(
                new Uri(server.ApiUrl, $"{TestPages.PortalPath}?ticket={tickets.Write(userId, null)}")
            )
            : new PortalOutcome.NoCustomer();

    /// <summary>The subscription, when it is live.</summary>
    public async Task<Subscription?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        Live(await RowsAsync(userId, cancellationToken));

    /// <summary>Subscribes, changes the plan, or takes a cancellation back.</summary>
    public Task SubscribeAsync(Guid userId, string plan, CancellationToken cancellationToken) =>
        GrantAsync(userId, plan, null, cancellationToken);

    /// <summary>Lets the subscription end with its month.</summary>
    public Task CancelAsync(Subscription running, CancellationToken cancellationToken) =>
        GrantAsync(running.UserId, running.Plan, running.MonthAt(time.GetUtcNow()).End, cancellationToken);

    /// <summary>Ends it at once.</summary>
    public Task EndAsync(Guid userId, CancellationToken cancellationToken) =>
        GrantAsync(userId, PlanNames.Trial, null, cancellationToken);

    private async Task GrantAsync(Guid userId, string plan, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await subscriptions.GrantAsync(db, userId, plan, Name, until, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private Subscription? Live(List<Subscription> rows) =>
        rows.Find(row => row.Source == Name && row.IsLive(time.GetUtcNow(), options.Value.RenewalGrace));

    private async Task<List<Subscription>> RowsAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Subscription>()
            .AsNoTracking()
            .Where(row => row.UserId == userId)
            .ToListAsync(cancellationToken);
    }
}
