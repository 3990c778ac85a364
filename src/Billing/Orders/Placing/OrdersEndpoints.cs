using Heretix.Accounts.Sessions;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Paging;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Orders.Placing;

/// <summary>Ordering coins, and how orders stand.</summary>
internal static class OrdersEndpoints
{
    private const string List = "payment_orders";
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 255;

    public static void MapOrders(this IEndpointRouteBuilder payments)
    {
        payments
            .MapPost("/orders", PlaceAsync)
            .WithName("create_order")
            .WithSummary("Orders a package of coins at a payment provider. The coins are credited when it is paid.")
            .Produces<OrderAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireUser()
            .Limit(LimitNames.Orders)
            .Idempotent();
        payments
            .MapGet("/orders", ListAsync)
            .WithName("list_orders")
            .WithSummary("The user's orders of coins, the newest first")
            .Produces<Page<OrderItem>>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .RequireUser();
        payments
            .MapGet("/orders/{id}", ReadAsync)
            .WithName("read_order")
            .WithSummary("How an order of coins stands")
            .Produces<OrderItem>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireUser();
    }

    private static async Task<IResult> PlaceAsync(
        OrderBody body,
        HttpContext context,
        CoinSellers sellers,
        OrderPlacement placement,
        CancellationToken cancellationToken
    )
    {
        if (!Guid.TryParse(body.PackageId, out var package))
            return Problem.Invalid("package_id", "must be the id of a package of GET /api/credits/packages");
        var header = context.Request.Headers[KeyHeader].ToString();
        var key = body.IdempotencyKey ?? (header.Length > 0 ? header : null);
        if (key is { Length: 0 or > LongestKey } || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return Problem.Invalid("idempotency_key", $"must be of 1 to {LongestKey} printable ASCII characters");
        if (sellers.Find(body.Provider) is not { } seller)
            return sellers.Names is { Count: > 0 } names
                ? Problem.Invalid("provider", $"must be {string.Join(" or ", names)}")
                : Problem.Of(
                    StatusCodes.Status503ServiceUnavailable,
                    "payments_disabled",
                    "Nothing can be bought on this server: no payment provider is set up."
                );
        return await placement.PlaceAsync(context.RequiredUserId(), package, seller, key, cancellationToken) switch
        {
            PlacedOrder.There there => TypedResults.Ok(OrderAnswer.Of(there.Order, there.Ready)),
            PlacedOrder.NoPackage => Problem.NotFound("package"),
            PlacedOrder.KeyReused => Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                "idempotency_key_reused",
                "This key was used for an order of another package or provider. Use a new key for a new order."
            ),
            PlacedOrder.Busy => PaymentProblem.Busy(context),
            PlacedOrder.Failed failed => PaymentProblem.Of(context, failed.Answer),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    private static async Task<IResult> ListAsync(
        HttpContext context,
        [AsParameters] PageQuery page,
        [FromServices] IDbContextFactory<HeretixDb> databases,
        CancellationToken cancellationToken
    )
    {
        if (page.Read(List, out var start) is { } misplaced)
            return misplaced;
        var user = context.RequiredUserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return TypedResults.Ok(
            await start.ReadAsync(
                db.Set<PaymentOrder>().AsNoTracking().Where(order => order.UserId == user),
                order => new Cursor(order.CreatedAt, order.Id),
                OrderItem.Of,
                cancellationToken
            )
        );
    }

    private static async Task<IResult> ReadAsync(
        string id,
        HttpContext context,
        [FromServices] IDbContextFactory<HeretixDb> databases,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        if (!Guid.TryParse(id, out var wanted))
            return Problem.NotFound("order");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return
            await db.Set<PaymentOrder>()
                .AsNoTracking()
                .SingleOrDefaultAsync(order => order.Id == wanted && order.UserId == user, cancellationToken)
                is { } order
            ? TypedResults.Ok(OrderItem.Of(order))
            : Problem.NotFound("order");
    }
}
