using Heretix.Accounts.Browsers;
using Heretix.Accounts.Sessions;
using Heretix.Billing.Usage;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Me;

/// <summary><c>GET /api/me</c>: the caller, the plan and what is left of it, in one round trip to the database.</summary>
internal static class MeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/me", AnswerAsync)
            .WithName("me")
            .Produces<MeResponse>()
            .WithTags("account")
            .OpenBeforeEnrolment()
            .WithSummary("Who you are and what you may still use")
            .WithDescription(
                "Answers everybody: without a session `authenticated` is false and the usage is that of the browser, "
                    + "which gets the cookie `heretix_anon` to be known by."
            );

    private static async Task<JsonHttpResult<MeResponse>> AnswerAsync(
        HttpContext context,
        [FromServices] IDbContextFactory<HeretixDb> contexts,
        [FromServices] UsageReader reader,
        [FromServices] IBrowserIdentity browsers,
        CancellationToken cancellationToken
    )
    {
        var caller = context.Caller();
        var subject = caller.UserId is { } user
            ? UsageSubject.OfUser(user)
            : UsageSubject.OfBrowser(browsers.TokenHash(context));
        UsageSnapshot usage;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            usage = await reader.ReadAsync(await db.OpenAsync(cancellationToken), subject, cancellationToken);

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(Compose(caller, usage), BillingJson.Default.MeResponse);
    }

    private static MeResponse Compose(Caller caller, UsageSnapshot usage)
    {
        var checks = UsageResponse.Of(usage.View(Meters.Checks));
        return new MeResponse(
            Authenticated: caller.UserId is not null,
            UserId: caller.UserId,
            Email: caller.Email,
            Plan: caller.UserId is null ? null : checks.Plan,
            UsagePlan: checks.Plan,
            ChecksAllowed: checks.Allowed,
            ChecksUsed: checks.Used,
            Remaining: checks.Remaining,
            PeriodEnd: checks.PeriodEnd,
            SecondFactorEnrolmentRequired: caller.MustEnrol,
            Usage: new MeUsage(checks, UsageResponse.Of(usage.View(Meters.SolveSessions)))
        );
    }
}
