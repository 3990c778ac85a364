using System.Text.Json;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>
/// Sells plans by Stripe. A user has one subscription there: of a user's checkouts one is under way at a time, each closes
/// the pages that earlier ones opened, and only when Stripe itself knows of no live subscription is a new page opened. An
/// upgrade changes the subscription that is there.
/// </summary>
internal sealed class StripeSeller(
    IDbContextFactory<HeretixDb> contexts,
    StripeClient stripe,
    StripeCustomers customers,
    StripeStanding standing,
    ProviderSettings settings,
    PlanCatalogue plans,
    IOptions<BillingOptions> options,
    TimeProvider time,
    ILogger<StripeSeller> log
) : IPlanSeller
{
    /// <summary>How long a checkout may take, and then a little: the next one waits for no process that died.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    public string Source => StripeClient.Source;

    public async Task<CheckoutOutcome> CheckoutAsync(Buyer buyer, string plan, CancellationToken cancellationToken)
    {
        if (settings.PriceOf(plan) is not { } price)
            return new CheckoutOutcome.NotSold();
        if (await HasElsewhereAsync(buyer.UserId, plan, cancellationToken) is { } already)
            return already;
        var (customer, failure) = await customers.RequireAsync(buyer, cancellationToken);
        if (customer is null)
            return new CheckoutOutcome.Failed(failure!);
        if (await customers.ClaimAsync(buyer.UserId, Lease, cancellationToken) is not { } claim)
            return new CheckoutOutcome.Busy();
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var outcome = await SellAsync(buyer.UserId, customer, plan, price, both.Token);
            return IsGone(outcome) && await customers.ReplaceAsync(buyer, customer, both.Token) is { } another
                ? await SellAsync(buyer.UserId, another, plan, price, both.Token)
                : outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckoutOutcome.Failed(new ProviderAnswer.Unavailable(TimeSpan.Zero));
        }
        finally
        {
            await customers.ReleaseAsync(buyer.UserId, claim);
        }
    }

    public async Task<PortalOutcome> PortalAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (await customers.FindAsync(userId, cancellationToken) is not { } customer)
            return new PortalOutcome.NoCustomer();
        return await stripe.CreatePortalAsync(customer, cancellationToken) switch
        {
            ProviderAnswer.Ok ok when Address(ok.Body) is { } url => new PortalOutcome.Open(url),
            ProviderAnswer.Missing => new PortalOutcome.NoCustomer(),
            var other => new PortalOutcome.Failed(other),
        };
    }

    private async Task<CheckoutOutcome> SellAsync(
        Guid user,
        string customer,
        string plan,
        string price,
        CancellationToken cancellationToken
    )
    {
        var known = await RowAsync(user, cancellationToken);
        // Pages first, subscriptions after: what is paid on a page before it is closed is among the subscriptions.
        var opened = await stripe.OpenSessionsAsync(customer, cancellationToken);
        if (opened is not (ProviderAnswer.Ok or ProviderAnswer.Missing))
            return new CheckoutOutcome.Failed(opened);
        var open = opened is ProviderAnswer.Ok { Body: var list } ? JsonMembers.Items(list).ToList() : [];
        var same = open.FindIndex(session => IsFor(session, plan) && Address(session) is not null);
        for (var i = 0; i < open.Count; i++)
        {
            if (i == same || JsonMembers.Text(open[i], "id") is not { } id)
                continue;
            if (await stripe.ExpireSessionAsync(id, cancellationToken) is ProviderAnswer.Unavailable away)
                return new CheckoutOutcome.Failed(away);
        }

        var listed = await stripe.SubscriptionsOfAsync(customer, cancellationToken);
        if (listed is not ProviderAnswer.Ok found)
            return new CheckoutOutcome.Failed(listed);
        var all = StripeStanding.Read(found.Body);
        if (all.FirstOrDefault(each => each.IsLive) is not null)
        {
            if (same >= 0 && JsonMembers.Text(open[same], "id") is { } page)
                await stripe.ExpireSessionAsync(page, cancellationToken);
            await ApplyAsync(customer, user, all, Later(found.AsOf, known), cancellationToken);
            return await ChangeAsync(user, customer, plan, price, all, cancellationToken);
        }
        if (same >= 0 && JsonMembers.Text(open[same], "id") is { } waiting)
            return new CheckoutOutcome.Pay(Address(open[same])!, waiting);

        var made = await stripe.CreateSessionAsync(customer, user, plan, price, cancellationToken);
        if (
            made is not ProviderAnswer.Ok session
            || Address(session.Body) is not { } url
            || JsonMembers.Text(session.Body, "id") is not { } sessionId
        )
            return new CheckoutOutcome.Failed(made);
        Log.CheckoutOpened(log, user, plan, Source);
        return new CheckoutOutcome.Pay(url, sessionId);
    }

    /// <summary>What a wish for a plan means to somebody who subscribes already.</summary>
    private async Task<CheckoutOutcome> ChangeAsync(
        Guid user,
        string customer,
        string plan,
        string price,
        IReadOnlyList<StripeSubscription> all,
        CancellationToken cancellationToken
    )
    {
        var highest = all.Where(each => each.IsLive)
            .OrderByDescending(each => settings.PlanOf(each.Price) is { } of ? plans[of].Rank : -1)
            .First();
        var current = settings.PlanOf(highest.Price);
        if (current is not null && plans[current].Rank >= plans[plan].Rank)
            return new CheckoutOutcome.AlreadySubscribed(current, Source);
        if (highest.Status == "past_due")
            return new CheckoutOutcome.PaymentDue(current ?? plan);
        if (highest.Item is not { } item)
            return new CheckoutOutcome.AlreadySubscribed(current ?? plan, Source);
        var known = await RowAsync(user, cancellationToken);
        var changed = await stripe.ChangePriceAsync(highest.Id, item, plan, price, cancellationToken);
        if (changed is not ProviderAnswer.Ok ok || StripeSubscription.Read(ok.Body) is not { } now)
            return new CheckoutOutcome.Failed(changed);
        IReadOnlyList<StripeSubscription> after = [.. all.Select(each => each.Id == now.Id ? now : each)];
        await ApplyAsync(customer, user, after, Later(ok.AsOf, known), cancellationToken);
        Log.PlanChanged(log, user, Source, plan);
        return new CheckoutOutcome.Changed(plan);
    }

    private async Task ApplyAsync(
        string customer,
        Guid user,
        IReadOnlyList<StripeSubscription> all,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var outcome = await standing.ApplyFetchedAsync(db, customer, user, all, asOf, cancellationToken);
        if (outcome.Last is { } last)
            await last(db, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The plan that the user has from another source, when it is as high: nobody shall pay for it twice.</summary>
    private async Task<CheckoutOutcome.AlreadySubscribed?> HasElsewhereAsync(
        Guid user,
        string plan,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<Subscription>()
            .AsNoTracking()
            .Where(row => row.UserId == user && row.Source != StripeClient.Source)
            .ToListAsync(cancellationToken);
        var standing = Standing.Of(rows, plans, options.Value.RenewalGrace, time.GetUtcNow());
        return standing.Source is { } source && standing.Plan.Rank >= plans[plan].Rank
            ? new CheckoutOutcome.AlreadySubscribed(standing.Plan.Name, source)
            : null;
    }

    private async Task<Subscription?> RowAsync(Guid user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Subscription>()
            .AsNoTracking()
            .SingleOrDefaultAsync(row => row.UserId == user && row.Source == StripeClient.Source, cancellationToken);
    }

    /// <summary>What was asked after the row was read is not older than the row, whatever the clock's resolution says.</summary>
    private static DateTimeOffset Later(DateTimeOffset asOf, Subscription? known) =>
        known is not null && known.AsOf > asOf ? known.AsOf : asOf;

    /// <summary>Somebody deleted the customer at Stripe.</summary>
    private static bool IsGone(CheckoutOutcome outcome) =>
        outcome
            is CheckoutOutcome.Failed
            {
                Answer: ProviderAnswer.Missing
                    or ProviderAnswer.Refused { Code: "resource_missing", Parameter: "customer" }
            };

    private static bool IsFor(JsonElement session, string plan) =>
        session.TryGetProperty("metadata", out var metadata) && JsonMembers.Text(metadata, "plan") == plan;

    private static Uri? Address(JsonElement answer) =>
        Uri.TryCreate(JsonMembers.Text(answer, "url"), UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? url
            : null;
}
