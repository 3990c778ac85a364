using System.Globalization;
using System.Text.Json.Serialization;
using Heretix.Accounts.Sessions;
using Heretix.Billing.Plans;
using Heretix.Billing.Providers;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Billing.Checkout;

/// <summary>Which plan is wanted.</summary>
/// <param name="Plan"><c>starter</c>, <c>core</c> or <c>pro</c>.</param>
internal sealed record CheckoutBody([property: JsonPropertyName("plan")] string? Plan);

/// <summary>Where to pay, or what was changed.</summary>
/// <param name="Changed">True when a subscription that runs was changed; then there is nothing to open.</param>
/// <param name="Plan">The plan.</param>
/// <param name="CheckoutUrl">The provider's page to send the browser to; null when the subscription was changed.</param>
/// <param name="SessionId">The provider's id of that page.</param>
internal sealed record CheckoutAnswer(
    [property: JsonPropertyName("changed")] bool Changed,
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("checkout_url")] string? CheckoutUrl,
    [property: JsonPropertyName("session_id")] string? SessionId
);

/// <summary>Where the user sees to their subscription.</summary>
/// <param name="PortalUrl">The provider's page to send the browser to.</param>
internal sealed record PortalAnswer([property: JsonPropertyName("portal_url")] string PortalUrl);

/// <summary>Buying a plan, changing to a higher one, and the provider's page for all the rest.</summary>
internal static class CheckoutEndpoints
{
    private const string Portal = "POST /api/billing/portal";

    public static void MapCheckout(this IEndpointRouteBuilder billing)
    {
        billing
            .MapPost("/checkout", CheckoutAsync)
            .WithName("checkout")
            .WithSummary(
                "Opens the provider's page to subscribe to a plan, or changes a subscription to a higher plan."
            )
            .Produces<CheckoutAnswer>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireUser()
            .Limit(LimitNames.Orders)
            .Idempotent();
        billing
            .MapPost("/portal", PortalAsync)
            .WithName("billing_portal")
            .WithSummary("Opens the provider's page for invoices, means of payment and cancellation.")
            .Produces<PortalAnswer>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireUser()
            .Limit(LimitNames.Orders);
    }

    private static async Task<IResult> CheckoutAsync(
        CheckoutBody body,
        HttpContext context,
        PlanSellers sellers,
        ProviderSettings settings,
        CancellationToken cancellationToken
    )
    {
        if (body.Plan is not { } plan || !PlanNames.Paid.Contains(plan))
            return Problem.Invalid("plan", $"must be one of {string.Join(", ", PlanNames.Paid)}");
        if (sellers.Current is not { } seller)
            return Disabled();
        var buyer = new Buyer(context.RequiredUserId(), context.Caller().Email ?? "");
        return await seller.CheckoutAsync(buyer, plan, cancellationToken) switch
        {
            CheckoutOutcome.Pay pay => Answer(new(false, plan, pay.Url.AbsoluteUri, pay.SessionId)),
            CheckoutOutcome.Changed changed => Answer(new(true, changed.Plan, null, null)),
            CheckoutOutcome.AlreadySubscribed already => Problem.Of(
                StatusCodes.Status409Conflict,
                "already_subscribed",
                already.Source == seller.Source
                    ? $"You have the plan {already.Plan}. To change to a lower one or to cancel, open the portal: {Portal}."
                    : $"You have the plan {already.Plan} already, not from here; it is changed where it was bought.",
                ("plan", already.Plan),
                ("source", already.Source),
                ("portal", Portal)
            ),
            CheckoutOutcome.PaymentDue due => Problem.Of(
                StatusCodes.Status409Conflict,
                "payment_due",
                $"The last payment for the plan {due.Plan} failed. Pay it first, in the portal: {Portal}.",
                ("plan", due.Plan),
                ("portal", Portal)
            ),
            CheckoutOutcome.Busy => Busy(context),
            CheckoutOutcome.NotSold => Problem.Invalid(
                "plan",
                settings.Sold.Count > 0
                    ? $"{plan} is not sold here; {string.Join(" and ", settings.Sold)} can be bought"
                    : $"{plan} is not sold here; no plan has a price"
            ),
            CheckoutOutcome.Failed failed => Failed(context, failed.Answer),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    private static async Task<IResult> PortalAsync(
        HttpContext context,
        PlanSellers sellers,
        CancellationToken cancellationToken
    )
    {
        if (sellers.Current is not { } seller)
            return Disabled();
        return await seller.PortalAsync(context.RequiredUserId(), cancellationToken) switch
        {
            PortalOutcome.Open open => TypedResults.Json(
                new PortalAnswer(open.Url.AbsoluteUri),
                BillingJson.Default.PortalAnswer
            ),
            PortalOutcome.NoCustomer => Problem.Of(
                StatusCodes.Status404NotFound,
                "no_customer",
                "You have not bought anything here yet, so there is nothing to see to."
            ),
            PortalOutcome.Failed failed => Failed(context, failed.Answer),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    private static JsonHttpResult<CheckoutAnswer> Answer(CheckoutAnswer answer) =>
        TypedResults.Json(answer, BillingJson.Default.CheckoutAnswer);

    private static ProblemHttpResult Disabled() =>
        Problem.Of(
            StatusCodes.Status503ServiceUnavailable,
            "payments_disabled",
            "Nothing can be bought on this server: no payment provider is set up."
        );

    private static ProblemHttpResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem.Of(
            StatusCodes.Status409Conflict,
            "checkout_in_progress",
            "Another checkout of yours is under way. Wait as long as Retry-After says, then ask again."
        );
    }

    private static ProblemHttpResult Failed(HttpContext context, ProviderAnswer answer)
    {
        if (answer is ProviderAnswer.Refused or ProviderAnswer.Missing)
            return Problem.Of(
                StatusCodes.Status502BadGateway,
                "provider_refused",
                "The payment provider refused the request, which is a fault of this server's set-up and not yours. Nothing was charged."
            );
        var wait = answer is ProviderAnswer.Unavailable away ? away.RetryAfter : TimeSpan.Zero;
        var seconds = Math.Max(2, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(
            StatusCodes.Status503ServiceUnavailable,
            "provider_unavailable",
            "The payment provider does not answer at the moment. Try again shortly; nothing is bought twice by that."
        );
    }
}
