using Heretix.Accounts.Sessions;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Providers.Testing;

/// <summary>
/// The pages of the test provider. They act by the ticket in their address alone, as a provider's pages do: no session is
/// looked at, so there is nothing that another site could make a browser do. What the buttons send, <c>curl</c> can send too.
/// </summary>
internal static class TestPages
{
    public const string CheckoutPath = "/api/billing/test/checkout";
    public const string PortalPath = "/api/billing/test/portal";

    /// <summary>There are none where the test provider does not sell.</summary>
    public static void MapTestPages(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<ProviderSettings>().SellsByTest)
            return;
        Map(routes.MapGet(CheckoutPath, ShowCheckoutAsync));
        Map(routes.MapPost(CheckoutPath, PayAsync));
        Map(routes.MapGet(PortalPath, ShowPortalAsync));
        Map(routes.MapPost(PortalPath, ActAsync));
    }

    private static void Map(RouteHandlerBuilder endpoint) => endpoint.ExcludeFromDescription().IgnoreSession();

    private static async Task<IResult> ShowCheckoutAsync(
        string? ticket,
        TestTickets tickets,
        IDbContextFactory<HeretixDb> contexts,
        CancellationToken cancellationToken
    )
    {
        if (
            tickets.Read(ticket) is not { Plan: { } plan } good
            || await EmailAsync(contexts, good, cancellationToken) is not { } email
        )
            return Expired();
        return HtmlPage.Render(
            StatusCodes.Status200OK,
            $"Subscribe to {plan}",
            $"""
            {Notice()}
            <p>The plan <strong>{plan}</strong> for <strong>{email}</strong>.</p>
            <form method="post" action="{Address(
                CheckoutPath,
                ticket!
            )}"><button type="submit">Subscribe for nothing</button></form>
            """
        );
    }

    private static async Task<IResult> PayAsync(
        string? ticket,
        TestTickets tickets,
        TestSeller seller,
        IDbContextFactory<HeretixDb> contexts,
        CancellationToken cancellationToken
    )
    {
        if (
            tickets.Read(ticket) is not { Plan: { } plan } good
            || await EmailAsync(contexts, good, cancellationToken) is null
        )
            return Expired();
        // Twice is once: a plan that runs is not begun again.
        if ((await seller.FindAsync(good.UserId, cancellationToken))?.Plan != plan)
            await seller.SubscribeAsync(good.UserId, plan, cancellationToken);
        return HtmlPage.Render(
            StatusCodes.Status200OK,
            "Subscribed",
            $"""
            {Notice()}
            <p>The plan <strong>{plan}</strong> is open. <a href="{Address(
                PortalPath,
                tickets.Write(good.UserId, null)
            )}">See to
            the subscription</a>, or ask <code>GET /api/me</code>.</p>
            """
        );
    }

    private static async Task<IResult> ShowPortalAsync(
        string? ticket,
        TestTickets tickets,
        TestSeller seller,
        CancellationToken cancellationToken
    )
    {
        if (tickets.Read(ticket) is not { Plan: null } good)
            return Expired();
        if (await seller.FindAsync(good.UserId, cancellationToken) is not { } running)
            return HtmlPage.Render(
                StatusCodes.Status200OK,
                "Subscription",
                $"{Notice()}<p>There is no subscription that runs.</p>"
            );
        HtmlContent ends = running.CurrentPeriodEnd is { } end
            ? $" It ends on {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC."
            : HtmlContent.Empty;
        var action = running.CancelAtPeriodEnd
            ? ("resume", "Go on with it")
            : ("cancel", "Cancel at the end of the month");
        return HtmlPage.Render(
            StatusCodes.Status200OK,
            "Subscription",
            $"""
            {Notice()}
            <p>The plan <strong>{running.Plan}</strong> runs.{ends}</p>
            {Button(ticket!, action.Item1, action.Item2)}
            {Button(ticket!, "end", "End it at once")}
            """
        );
    }

    private static async Task<IResult> ActAsync(
        string? ticket,
        HttpContext context,
        TestTickets tickets,
        TestSeller seller,
        CancellationToken cancellationToken
    )
    {
        if (tickets.Read(ticket) is not { Plan: null } good)
            return Expired();
        var action = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync(cancellationToken))["action"].ToString()
            : context.Request.Query["action"].ToString();
        if (await seller.FindAsync(good.UserId, cancellationToken) is { } running)
        {
            switch (action)
            {
                case "cancel":
                    await seller.CancelAsync(running, cancellationToken);
                    break;
                case "resume":
                    await seller.SubscribeAsync(running.UserId, running.Plan, cancellationToken);
                    break;
                case "end":
                    await seller.EndAsync(running.UserId, cancellationToken);
                    break;
                default:
                    return Problem.Invalid("action", "must be cancel, resume or end");
            }
        }
        return await ShowPortalAsync(ticket, tickets, seller, cancellationToken);
    }

    private static HtmlContent Button(string ticket, string action, string words) =>
        $"""
            <form method="post" action="{Address(
                PortalPath,
                ticket
            )}"><input type="hidden" name="action" value="{action}">
            <button type="submit">{words}</button></form>
            """;

    private static string Address(string path, string ticket) => $"{path}?ticket={ticket}";

    private static HtmlContent Notice() =>
        $"""<p class="notice">This is the test provider of Heretix. No money is paid, and it does not exist in production.</p>""";

    private static IResult Expired() =>
        HtmlPage.Render(
            StatusCodes.Status404NotFound,
            "Nothing here",
            $"<p>This address is not good, or not any more. Ask for a new one by <code>POST /api/billing/checkout</code>.</p>"
        );

    /// <summary>The address of the user, if their account is open.</summary>
    private static async Task<string?> EmailAsync(
        IDbContextFactory<HeretixDb> contexts,
        TestTicket ticket,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<User>()
            .Where(user => user.Id == ticket.UserId && user.Status == User.Active)
            .Select(user => user.Email)
            .SingleOrDefaultAsync(cancellationToken);
    }
}
