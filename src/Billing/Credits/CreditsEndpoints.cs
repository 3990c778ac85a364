using Heretix.Accounts.Sessions;
using Heretix.Billing.Ledger;
using Heretix.Platform.Database;
using Heretix.Platform.Http.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Credits;

/// <summary>The user's coins: how many, and where they came from and went.</summary>
internal static class CreditsEndpoints
{
    private const string List = "credit_transactions";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var credits = routes.MapGroup("/api/credits").WithTags("credits");
        credits
            .MapGet("/balance", BalanceAsync)
            .WithName("credit_balance")
            .WithSummary("How many coins the signed-in user has")
            .Produces<BalanceAnswer>()
            .RequireUser();
        credits
            .MapGet("/transactions", TransactionsAsync)
            .WithName("list_credit_transactions")
            .WithSummary("Every change of the balance, the newest first")
            .Produces<Page<TransactionItem>>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .RequireUser();
    }

    private static async Task<IResult> BalanceAsync(
        HttpContext context,
        [FromServices] IDbContextFactory<HeretixDb> databases,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var account = await db.Set<CoinAccount>()
            .AsNoTracking()
            .SingleOrDefaultAsync(account => account.UserId == user, cancellationToken);
        return TypedResults.Ok(new BalanceAnswer(user, account?.Balance ?? 0, account?.Receivable ?? 0));
    }

    private static async Task<IResult> TransactionsAsync(
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
                OfUser(db, user),
                row => new Cursor(row.CreatedAt, row.Id),
                TransactionItem.Of,
                cancellationToken
            )
        );
    }

    /// <summary>By the account, whose transfers an index holds in the order of the list.</summary>
    public static IQueryable<CreditTransaction> OfUser(HeretixDb db, Guid user) =>
        db.Set<CreditTransaction>()
            .AsNoTracking()
            .Where(row =>
                row.CoinAccountId
                == db.Set<CoinAccount>().Where(account => account.UserId == user).Select(account => account.Id).First()
            );
}
