namespace Heretix.Billing.Orders;

/// <summary>Who sells coins.</summary>
internal sealed class CoinSellers(IEnumerable<ICoinSeller> sellers)
{
    private readonly IReadOnlyList<ICoinSeller> all = [.. sellers];

    /// <summary>The names of those that are set up.</summary>
    public IReadOnlyList<string> Names => [.. all.Where(seller => seller.IsSetUp).Select(seller => seller.Provider)];

    /// <summary>The one of that name, if it is set up.</summary>
    public ICoinSeller? Find(string? provider) => all.FirstOrDefault(each => each.Provider == provider && each.IsSetUp);
}
