using System.Text.Json.Serialization;
using Heretix.Billing.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Billing.Plans;

/// <summary>A plan on the wire.</summary>
/// <param name="Plan">Its name.</param>
/// <param name="Checks">Checks in a month (ever, for the trial); null for no limit.</param>
/// <param name="SolveSessions">Solve sessions likewise.</param>
/// <param name="Devices">Devices at a time.</param>
/// <param name="ForSale">Whether it can be bought on this server.</param>
internal sealed record PlanAnswer(
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("checks")] int? Checks,
    [property: JsonPropertyName("solve_sessions")] int? SolveSessions,
    [property: JsonPropertyName("devices")] int Devices,
    [property: JsonPropertyName("for_sale")] bool ForSale
);

/// <summary>The catalogue.</summary>
/// <param name="Items">The plans, the lowest first.</param>
internal sealed record PlansAnswer([property: JsonPropertyName("items")] IReadOnlyList<PlanAnswer> Items);

/// <summary><c>GET /api/billing/plans</c>: what there is to choose from.</summary>
internal static class PlansEndpoint
{
    public static void MapPlans(this IEndpointRouteBuilder billing) =>
        billing
            .MapGet("/plans", Answer)
            .WithName("list_plans")
            .WithSummary("The plans with what they allow, and which of them can be bought here.")
            .Produces<PlansAnswer>();

    private static JsonHttpResult<PlansAnswer> Answer(PlanCatalogue plans, ProviderSettings settings) =>
        TypedResults.Json(
            new PlansAnswer([
                .. PlanNames
                    .All.Where(name => name != PlanNames.Anonymous)
                    .Select(name => plans[name])
                    .Select(plan => new PlanAnswer(
                        plan.Name,
                        plan.Checks.Limit,
                        plan.SolveSessions.Limit,
                        plan.Devices,
                        settings.Sold.Contains(plan.Name)
                    )),
            ]),
            BillingJson.Default.PlansAnswer
        );
}
