using Heretix.Billing.Packages;
using Heretix.Billing.Providers;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Orders.Placing;

/// <summary>
/// Places orders. The row comes first, then the provider is asked without any connection, then its answer is stored: a
/// process that dies in between leaves an order that the same key goes on with. One request at a time has the turn of an order.
/// </summary>
internal sealed class OrderPlacement(
    IDbContextFactory<HeretixDb> contexts,
    OrderMetrics metrics,
    IOptions<ProviderOptions> providers,
    IOptions<OrderOptions> options,
    TimeProvider time
)
{
    private const string Insert = """
        insert into billing.payment_orders (id, user_id, package_id, provider, amount, currency, coins, status,
            idempotency_key, flagged, created_at, updated_at, busy_until, next_check_at, checks)
        values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, false, $9, $9, $10, $11, 0)
        on conflict (user_id, idempotency_key) where idempotency_key is not null do nothing
        """;

    private const string Claim = """
        update billing.payment_orders set busy_until = $3
        where id = $1 and provider_order_id is null and (busy_until is null or busy_until <= $2)
        """;

    private const string Opened = """
        update billing.payment_orders set provider_order_id = $2, busy_until = null, updated_at = $3
        where id = $1 and provider_order_id is null
        """;

    private const string Release = """
        update billing.payment_orders set busy_until = null
        where id = $1 and busy_until = $2 and provider_order_id is null
        """;

    /// <summary>Places an order, or goes on with the one of the same key.</summary>
    /// <param name="user">Who orders.</param>
    /// <param name="packageId">What.</param>
    /// <param name="seller">From whom.</param>
    /// <param name="key">The caller's word for this wish; without one every request is an order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PlacedOrder> PlaceAsync(
        Guid user,
        Guid packageId,
        ICoinSeller seller,
        string? key,
        CancellationToken cancellationToken
    )
    {
        if (key is not null && await FindAsync(user, key, cancellationToken) is { } known)
            return await GoOnAsync(known, packageId, seller, cancellationToken);
        if (await PackageAsync(packageId, cancellationToken) is not { } package)
            return new PlacedOrder.NoPackage();
        var (now, price) = (Now(), seller.PriceOf(package));
        var order = new PaymentOrder
        {
            Id = Guid.CreateVersion7(now),
            UserId = user,
            PackageId = package.Id,
            Provider = seller.Provider,
            Amount = price.Amount,
            Currency = price.Currency,
            Coins = package.Coins,
            Status = OrderStatus.Pending,
            IdempotencyKey = key,
            CreatedAt = now,
            BusyUntil = now + Lease,
        };
        if (!await InsertAsync(order, cancellationToken))
            return await GoOnAsync(
                (await FindAsync(user, key!, cancellationToken))!,
                packageId,
                seller,
                cancellationToken
            );
        metrics.Reached(order.Provider, "placed");
        return await OpenAsync(order, order.BusyUntil!.Value, seller, cancellationToken);
    }

    private async Task<PlacedOrder> GoOnAsync(
        PaymentOrder order,
        Guid packageId,
        ICoinSeller seller,
        CancellationToken cancellationToken
    )
    {
        if (order.PackageId != packageId || order.Provider != seller.Provider)
            return new PlacedOrder.KeyReused();
        if (order.Status is not (OrderStatus.Pending or OrderStatus.Processing or OrderStatus.Failed))
            return new PlacedOrder.There(order, null);
        if (order.ProviderOrderId is not null)
            return await ReopenAsync(order, seller, cancellationToken);
        // What was given up is not begun again: the key stands for an order that nobody could pay.
        if (order.Status == OrderStatus.Failed)
            return new PlacedOrder.There(order, null);
        var until = Now() + Lease;
        return await ExecuteAsync(Claim, cancellationToken, order.Id, Now(), until) == 1
            ? await OpenAsync(order, until, seller, cancellationToken)
            : new PlacedOrder.Busy();
    }

    private async Task<PlacedOrder> OpenAsync(
        PaymentOrder order,
        DateTimeOffset claim,
        ICoinSeller seller,
        CancellationToken cancellationToken
    )
    {
        var opening = await seller.OpenAsync(order, cancellationToken);
        if (opening is not Opening.Ready ready)
        {
            await ExecuteAsync(Release, CancellationToken.None, order.Id, claim);
            return new PlacedOrder.Failed(((Opening.Failed)opening).Answer);
        }
        if (await ExecuteAsync(Opened, CancellationToken.None, order.Id, ready.ProviderOrderId, Now()) == 1)
        {
            order.ProviderOrderId = ready.ProviderOrderId;
            return new PlacedOrder.There(order, ready);
        }
        // The claim ran out over the question and somebody else was quicker: theirs is the one to pay.
        var stored = await ReadAsync(order.Id, cancellationToken);
        return await ReopenAsync(stored, seller, cancellationToken);
    }

    private static async Task<PlacedOrder> ReopenAsync(
        PaymentOrder order,
        ICoinSeller seller,
        CancellationToken cancellationToken
    ) =>
        await seller.ReopenAsync(order, cancellationToken) switch
        {
            Opening.Ready ready => new PlacedOrder.There(order, ready),
            Opening.Failed failed => new PlacedOrder.Failed(failed.Answer),
            var other => throw new InvalidOperationException($"no way to go on after {other}"),
        };

    /// <summary>Longer than all attempts at asking take.</summary>
    private TimeSpan Lease => AskingLease.Of(providers.Value);

    /// <summary>To the millisecond, so that a claim is found again as it was stored.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<bool> InsertAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            Insert,
            cancellationToken,
            order.Id,
            order.UserId,
            order.PackageId,
            order.Provider,
            order.Amount,
            order.Currency,
            order.Coins,
            order.IdempotencyKey,
            order.CreatedAt,
            order.BusyUntil,
            order.CreatedAt + options.Value.OrderCheckAfter
        ) == 1;

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var command = (await db.OpenAsync(cancellationToken)).Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<CreditPackage?> PackageAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<CreditPackage>()
            .AsNoTracking()
            .SingleOrDefaultAsync(package => package.Id == id && package.IsActive, cancellationToken);
    }

    private async Task<PaymentOrder?> FindAsync(Guid user, string key, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<PaymentOrder>()
            .AsNoTracking()
            .SingleOrDefaultAsync(order => order.UserId == user && order.IdempotencyKey == key, cancellationToken);
    }

    private async Task<PaymentOrder> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<PaymentOrder>().AsNoTracking().SingleAsync(order => order.Id == id, cancellationToken);
    }
}

/// <summary>What became of the wish for coins.</summary>
internal abstract record PlacedOrder
{
    private PlacedOrder() { }

    /// <summary>The order.</summary>
    /// <param name="Order">As it is.</param>
    /// <param name="Ready">What is needed to pay it; null when there is nothing to pay.</param>
    public sealed record There(PaymentOrder Order, Opening.Ready? Ready) : PlacedOrder;

    /// <summary>There is no such package, or it is not sold any more.</summary>
    public sealed record NoPackage : PlacedOrder;

    /// <summary>The key stands for another wish.</summary>
    public sealed record KeyReused : PlacedOrder;

    /// <summary>Another request with this key is under way.</summary>
    public sealed record Busy : PlacedOrder;

    /// <summary>The provider did not open it; the same key goes on with it.</summary>
    public sealed record Failed(ProviderAnswer Answer) : PlacedOrder;
}
