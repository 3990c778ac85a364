using System.Globalization;
using Heretix.Accounts.Sessions;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Testing;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Orders.Testing;

/// <summary>
/// The page on which an order is paid with the test provider: one button pays, another lets the payment fail. It acts by the
/// ticket in its address alone, and what the buttons send <c>curl</c> can send too.
/// </summary>
internal static class TestOrderPages
{
    public const string Path = "/api/payments/test/checkout";

    /// <summary>There is none where the test provider does not sell.</summary>
    public static void MapTestOrders(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<ProviderSettings>().SellsByTest)
            return;
        routes.MapGet(Path, ShowAsync).ExcludeFromDescription().IgnoreSession();
        routes.MapPost(Path, PayAsync).ExcludeFromDescription().IgnoreSession();
    }

    private static async Task<IResult> ShowAsync(
        string? ticket,
        TestOrderTickets tickets,
        IDbContextFactory<HeretixDb> contexts,
        CancellationToken cancellationToken
    ) => await FindAsync(contexts, tickets, ticket, cancellationToken) is { } order ? Page(order, ticket!) : Nothing();

    private static async Task<IResult> PayAsync(
        string? ticket,
        HttpContext context,
        TestOrderTickets tickets,
        OrderSettlement settlement,
        IDbContextFactory<HeretixDb> contexts,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(contexts, tickets, ticket, cancellationToken) is not { } order)
            return Nothing();
        var action = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync(cancellationToken))["action"].ToString()
            : context.Request.Query["action"].ToString();
        PaymentFact? fact = action switch
        {
            "" or "pay" => new PaymentFact.Paid($"test_payment_{order.Id:N}", order.Amount, order.Currency),
            "fail" => new PaymentFact.Failed(),
            _ => null,
        };
        if (fact is null)
            return Problem.Invalid("action", "must be pay or fail");
        await using (var db = await contexts.CreateDbContextAsync(CancellationToken.None))
        await using (var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None))
        {
            await settlement.ApplyAsync(
                db,
                new OrderReference(TestSeller.Name, order.ProviderOrderId),
                [fact],
                CancellationToken.None
            );
            await transaction.CommitAsync(CancellationToken.None);
        }
        return await ShowAsync(ticket, tickets, contexts, cancellationToken);
    }

    private static IResult Page(PaymentOrder order, string ticket)
    {
        HtmlContent notice =
            $"""<p class="notice">This is the test provider of Heretix. No money is paid, and it does not exist in production.</p>""";
        if (order.IsCredited)
            return HtmlPage.Render(
                StatusCodes.Status200OK,
                "Paid",
                $"{notice}<p>{Number(order.Coins)} coins were credited. Ask <code>GET /api/credits/balance</code>.</p>"
            );
        HtmlContent failed = order.Status == OrderStatus.Failed ? $"<p>The payment failed.</p>" : HtmlContent.Empty;
        var price = (order.Amount / 100m).ToString("F2", CultureInfo.InvariantCulture);
        return HtmlPage.Render(
            StatusCodes.Status200OK,
            $"Buy {Number(order.Coins)} coins",
            $"""
            {notice}{failed}
            <p><strong>{Number(order.Coins)} coins</strong>, which would cost {price} {order.Currency}.</p>
            {Button(ticket, "pay", "Buy them for nothing")}
            {Button(ticket, "fail", "Let the payment fail")}
            """
        );
    }

    private static HtmlContent Button(string ticket, string action, string words) =>
        $"""
            <form method="post" action="{Address(
                ticket
            )}"><input type="hidden" name="action" value="{action}">
            <button type="submit">{words}</button></form>
            """;

    private static string Address(string ticket) => $"{Path}?ticket={ticket}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static IResult Nothing() =>
        HtmlPage.Render(
            StatusCodes.Status404NotFound,
            "Nothing here",
            $"<p>This address is not good. Ask for a new one by <code>POST /api/payments/orders</code>.</p>"
        );

    /// <summary>The order, if it is one of the test provider's that somebody still has.</summary>
    private static async Task<PaymentOrder?> FindAsync(
        IDbContextFactory<HeretixDb> contexts,
        TestOrderTickets tickets,
        string? ticket,
        CancellationToken cancellationToken
    )
    {
        if (tickets.Read(ticket) is not { } id)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<PaymentOrder>()
            .AsNoTracking()
            .SingleOrDefaultAsync(
                order =>
                    order.Id == id
                    && order.Provider == TestSeller.Name
                    && order.ProviderOrderId != null
                    && order.UserId != null,
                cancellationToken
            );
    }
}
