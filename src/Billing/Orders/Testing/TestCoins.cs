using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Packages;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Testing;
using Heretix.Platform.Settings;

namespace Heretix.Billing.Orders.Testing;

/// <summary>Sells coins for nothing, on a page of this server, where the test provider is on. Never in production.</summary>
internal sealed class TestCoins(ProviderSettings settings, TestOrderTickets tickets, ServerSettings server)
    : ICoinSeller
{
    public string Provider => TestSeller.Name;

    public bool IsSetUp => settings.SellsByTest;

    public Price PriceOf(CreditPackage package) => Price.Of(package.PriceUsd, "USD");

    public Task<Opening> OpenAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        Task.FromResult<Opening>(
            new Opening.Ready(
                $"test_order_{order.Id:N}",
                CheckoutUrl: new Uri(
                    server.ApiUrl,
                    $"{TestOrderPages.Path}?ticket={tickets.Write(order.Id)}"
                ).AbsoluteUri
            )
        );

    public Task<Opening> ReopenAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        OpenAsync(order, cancellationToken);

    /// <summary>Whoever paid, paid here; there is nobody else to ask.</summary>
    public Task<Asked> AskAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        Task.FromResult<Asked>(new Asked.Told());

    public Task<Asked> CloseAsync(PaymentOrder order, CancellationToken cancellationToken) =>
        AskAsync(order, cancellationToken);

    public Task<Asked> RefundAsync(
        PaymentOrder order,
        PaymentReversal refund,
        bool again,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<Asked>(
            new Asked.Told(
                new PaymentFact.Reversed(
                    ReversalState.Refund,
                    $"test_refund_{refund.Id:N}",
                    refund.Amount,
                    refund.Currency,
                    ReversalState.Succeeded
                )
                {
                    Own = refund.Id,
                }
            )
        );
}
