using System.Text.Json.Serialization;
using Heretix.Accounts.Sessions;
using Heretix.Billing.Plans;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Subscriptions.View;

/// <summary>What one source says about the user's plan.</summary>
/// <param name="Source"><c>stripe</c>, <c>revenuecat</c>, <c>operator</c> or <c>test</c>.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Status"><c>active</c>, <c>past_due</c>, <c>canceled</c> or <c>expired</c>.</param>
/// <param name="Live">Whether it opens its plan now.</param>
/// <param name="PeriodStart">Start of the period that was paid last (UTC), if it is known.</param>
/// <param name="PeriodEnd">Its end (UTC); null when it has none.</param>
/// <param name="CancelAtPeriodEnd">It will not be renewed.</param>
internal sealed record SubscriptionSource(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("live")] bool Live,
    [property: JsonPropertyName("period_start")] DateTime? PeriodStart,
    [property: JsonPropertyName("period_end")] DateTime? PeriodEnd,
    [property: JsonPropertyName("cancel_at_period_end")] bool CancelAtPeriodEnd
);

/// <summary>The plan of the user, and where it comes from.</summary>
/// <param name="Plan">The highest plan that is open; <c>trial</c> without a subscription.</param>
/// <param name="Status"><c>active</c> or <c>past_due</c>; <c>trial</c> without a subscription.</param>
/// <param name="Source">Where it comes from; null for the trial.</param>
/// <param name="PeriodStart">Start of the period that was paid last (UTC), if it is known.</param>
/// <param name="PeriodEnd">Its end (UTC); null when it has none.</param>
/// <param name="CancelAtPeriodEnd">It will not be renewed.</param>
/// <param name="Sources">Every source, whether it opens a plan or not.</param>
internal sealed record SubscriptionAnswer(
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("source")] string? Source,
    [property: JsonPropertyName("period_start")] DateTime? PeriodStart,
    [property: JsonPropertyName("period_end")] DateTime? PeriodEnd,
    [property: JsonPropertyName("cancel_at_period_end")] bool CancelAtPeriodEnd,
    [property: JsonPropertyName("sources")] IReadOnlyList<SubscriptionSource> Sources
);

/// <summary><c>GET /api/billing/subscription</c>, read from the database every time.</summary>
internal static class SubscriptionEndpoint
{
    public static void MapSubscription(this IEndpointRouteBuilder billing) =>
        billing
            .MapGet("/subscription", AnswerAsync)
            .WithName("subscription")
            .WithSummary("The plan of the user, where it comes from, and until when it is paid.")
            .Produces<SubscriptionAnswer>()
            .RequireUser();

    private static async Task<JsonHttpResult<SubscriptionAnswer>> AnswerAsync(
        HttpContext context,
        IDbContextFactory<HeretixDb> contexts,
        PlanCatalogue plans,
        IOptions<BillingOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        List<Subscription> rows;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            rows = await db.Set<Subscription>()
                .AsNoTracking()
                .Where(row => row.UserId == user)
                .OrderBy(row => row.Source)
                .ToListAsync(cancellationToken);
        var (now, grace) = (time.GetUtcNow(), options.Value.RenewalGrace);
        var standing = Standing.Of(rows, plans, grace, now);
        var counts = rows.Find(row => row.Source == standing.Source);
        return TypedResults.Json(
            new SubscriptionAnswer(
                standing.Plan.Name,
                counts?.Status.Name() ?? PlanNames.Trial,
                counts?.Source,
                counts?.CurrentPeriodStart?.UtcDateTime,
                counts?.CurrentPeriodEnd?.UtcDateTime,
                counts?.CancelAtPeriodEnd ?? false,
                [
                    .. rows.Select(row => new SubscriptionSource(
                        row.Source,
                        row.Plan,
                        row.Status.Name(),
                        row.IsLive(now, grace),
                        row.CurrentPeriodStart?.UtcDateTime,
                        row.CurrentPeriodEnd?.UtcDateTime,
                        row.CancelAtPeriodEnd
                    )),
                ]
            ),
            BillingJson.Default.SubscriptionAnswer
        );
    }
}
