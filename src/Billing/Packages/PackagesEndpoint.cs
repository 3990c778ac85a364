using System.Globalization;
using Heretix.Platform.Database;
using Heretix.Platform.Http.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Packages;

/// <summary>A package of coins.</summary>
/// <param name="Id">Its id, for an order.</param>
/// <param name="Name">Its name.</param>
/// <param name="Coins">Coins in it.</param>
/// <param name="PriceUsd">US dollars with two decimals, as text so that no client rounds it.</param>
/// <param name="PriceInr">Indian rupees, likewise.</param>
/// <param name="Description">A sentence about it.</param>
/// <param name="IsPopular">To be shown first among equals.</param>
/// <param name="SortOrder">Its place in the list.</param>
internal sealed record PackageItem(
    Guid Id,
    string Name,
    long Coins,
    string PriceUsd,
    string PriceInr,
    string? Description,
    bool IsPopular,
    int SortOrder
)
{
    public static PackageItem Of(CreditPackage package) =>
        new(
            package.Id,
            package.Name,
            package.Coins,
            Price(package.PriceUsd),
            Price(package.PriceInr),
            package.Description,
            package.IsPopular,
            package.SortOrder
        );

    private static string Price(decimal amount) => amount.ToString("F2", CultureInfo.InvariantCulture);
}

/// <summary><c>GET /api/credits/packages</c>: what can be bought, for everybody to see; few, so always one page.</summary>
internal static class PackagesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/credits/packages", ListAsync)
            .WithTags("credits")
            .WithName("list_credit_packages")
            .WithSummary("The packages of coins that can be bought, in their order")
            .Produces<Page<PackageItem>>();

    private static async Task<Ok<Page<PackageItem>>> ListAsync(
        [FromServices] IDbContextFactory<HeretixDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var packages = await db.Set<CreditPackage>()
            .AsNoTracking()
            .Where(package => package.IsActive)
            .OrderBy(package => package.SortOrder)
            .ThenBy(package => package.Name)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<PackageItem>([.. packages.Select(PackageItem.Of)], NextCursor: null));
    }
}
