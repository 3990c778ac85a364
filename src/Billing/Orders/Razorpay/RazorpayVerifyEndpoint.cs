using System.Text.Json.Serialization;
using Heretix.Accounts.Sessions;
using Heretix.Billing.Orders.Placing;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Orders.Razorpay;

/// <summary>What Razorpay's checkout hands over when somebody has paid, with its own names.</summary>
/// <param name="OrderId">Razorpay's id of the order.</param>
/// <param name="PaymentId">Razorpay's id of the payment.</param>
/// <param name="Signature">Over both, in hex.</param>
internal sealed record RazorpayReceipt(
    [property: JsonPropertyName("razorpay_order_id")] string? OrderId,
    [property: JsonPropertyName("razorpay_payment_id")] string? PaymentId,
    [property: JsonPropertyName("razorpay_signature")] string? Signature
);

/// <summary>
/// <c>POST /api/payments/razorpay/verify</c>: the buyer is back from the checkout and does not want to wait for the event.
/// The signature proves that there is such a payment for such an order; how much it is of, Razorpay is asked.
/// </summary>
internal static class RazorpayVerifyEndpoint
{
    public static void MapRazorpayVerification(this IEndpointRouteBuilder payments) =>
        payments
            .MapPost("/razorpay/verify", VerifyAsync)
            .WithName("verify_razorpay_payment")
            .WithSummary("Credits an order that was paid in Razorpay's checkout, without waiting for Razorpay's event.")
            .Produces<OrderItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireUser();

    private static async Task<IResult> VerifyAsync(
        RazorpayReceipt body,
        HttpContext context,
        ProviderSettings settings,
        RazorpayClient razorpay,
        RazorpayCoins coins,
        OrderSettlement settlement,
        [FromServices] IDbContextFactory<HeretixDb> contexts,
        CancellationToken cancellationToken
    )
    {
        if (ProviderId.Read(body.OrderId) is not { } orderId)
            return Problem.Invalid("razorpay_order_id", "must be Razorpay's id of the order");
        if (ProviderId.Read(body.PaymentId) is not { } paymentId)
            return Problem.Invalid("razorpay_payment_id", "must be Razorpay's id of the payment");
        var user = context.RequiredUserId();
        if (await FindAsync(contexts, user, orderId, cancellationToken) is not { } order)
            return Problem.NotFound("order");
        if (!settings.SellsByRazorpay)
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "payments_disabled",
                "Razorpay is not set up on this server any more."
            );
        if (!RazorpayPaymentSignature.Check(body.Signature, orderId, paymentId, settings.RazorpayKeySecret!))
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                "invalid_signature",
                "The signature is not one of Razorpay's over this order and this payment."
            );
        var answer = await razorpay.PaymentAsync(paymentId, cancellationToken);
        if (answer is not ProviderAnswer.Ok payment)
            return PaymentProblem.Of(context, answer);
        if (JsonMembers.Text(payment.Body, "order_id") != orderId)
            return Problem.Of(
                StatusCodes.Status409Conflict,
                "another_order",
                "Razorpay says that this payment is of another order; nothing was credited."
            );
        var asked = await coins.OfPaymentAsync(payment.Body, (order.Amount, order.Currency), cancellationToken);
        if (asked is not Asked.Told told)
            return PaymentProblem.Of(context, ((Asked.Failed)asked).Answer);
        await using (var db = await contexts.CreateDbContextAsync(CancellationToken.None))
        await using (var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None))
        {
            await settlement.ApplyAsync(
                db,
                new OrderReference(RazorpayFacts.Provider, orderId),
                told.Facts,
                CancellationToken.None
            );
            await transaction.CommitAsync(CancellationToken.None);
        }
        return await FindAsync(contexts, user, orderId, cancellationToken) is { } now
            ? TypedResults.Ok(OrderItem.Of(now))
            : Problem.NotFound("order");
    }

    private static async Task<PaymentOrder?> FindAsync(
        IDbContextFactory<HeretixDb> contexts,
        Guid user,
        string orderId,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<PaymentOrder>()
            .AsNoTracking()
            .SingleOrDefaultAsync(
                order =>
                    order.Provider == RazorpayFacts.Provider
                    && order.ProviderOrderId == orderId
                    && order.UserId == user,
                cancellationToken
            );
    }
}
