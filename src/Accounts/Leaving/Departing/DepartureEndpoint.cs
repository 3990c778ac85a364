using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Accounts.Leaving.Departing;

/// <summary>Leaving.</summary>
internal static class DepartureEndpoint
{
    public static void MapDeparture(this IEndpointRouteBuilder account) =>
        account
            .MapDelete("", LeaveAsync)
            .WithName("delete_account")
            .WithSummary(
                "Closes the account and ends all its sessions; it is erased when the time to restore it is over."
            )
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireUser()
            .OpenBeforeEnrolment();

    private static async Task<IResult> LeaveAsync(
        HttpContext context,
        Departures departures,
        SessionCookie sessions,
        LinkBinding links,
        CancellationToken cancellationToken
    )
    {
        await departures.LeaveAsync(context.RequiredUserId(), cancellationToken);
        sessions.Clear(context);
        links.Release(context);
        return TypedResults.NoContent();
    }
}
