using Heretix.Billing.Account;
using Heretix.Billing.Checkout;
using Heretix.Billing.Credits;
using Heretix.Billing.Events;
using Heretix.Billing.Ledger;
using Heretix.Billing.Ledger.Audit;
using Heretix.Billing.Me;
using Heretix.Billing.Orders;
using Heretix.Billing.Packages;
using Heretix.Billing.Plans;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Testing;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Subscriptions.View;
using Heretix.Billing.Usage;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing;

/// <summary>What you may use, have and owe: plans, allowances, reservations, subscriptions, coins and their orders, events of providers.</summary>
public sealed class BillingModule : IModule
{
    internal const string Schema = "billing";

    /// <inheritdoc />
    public string Name => Schema;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, ServerSettings settings) => services.AddBilling(settings);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        MeEndpoint.Map(routes);
        CreditsEndpoints.Map(routes);
        PackagesEndpoint.Map(routes);
        var billing = routes.MapGroup("/api/billing").WithTags("billing");
        billing.MapPlans();
        billing.MapSubscription();
        billing.MapCheckout();
        routes.MapTestPages();
        routes.MapPayments();
        routes.MapWebhooks();
    }

    /// <inheritdoc />
    public void BuildModel(ModelBuilder model)
    {
        model.ApplyConfiguration(new SubscriptionMapping());
        model.ApplyConfiguration(new UsageLedgerMapping());
        model.ApplyConfiguration(new AnonymousUsageMapping());
        model.ApplyConfiguration(new UsageReservationMapping());
        model.ApplyConfiguration(new CoinAccountMapping());
        model.ApplyConfiguration<Transfer>(new TransferMapping());
        model.ApplyConfiguration<Posting>(new TransferMapping());
        model.ApplyConfiguration(new CreditTransactionMapping());
        model.ApplyConfiguration(new CreditPackageMapping());
        model.ApplyConfiguration(new AuditNoteMapping());
        model.ApplyConfiguration(new ProviderCustomerMapping());
        model.ApplyConfiguration(new StoredEventMapping());
        model.ApplyConfiguration(new PaymentOrderMapping());
        model.ApplyConfiguration(new PaymentReversalMapping());
    }

    /// <inheritdoc />
    public Task OnUserCreatedAsync(AccountEvent created, CancellationToken cancellationToken) =>
        created
            .Services.GetRequiredService<CoinLedger>()
            .GrantBonusAsync(created.Db, created.UserId, cancellationToken);

    /// <inheritdoc />
    public Task OnUserLeavingAsync(AccountEvent leaving, CancellationToken cancellationToken) =>
        AccountRows.LeaveAsync(leaving, cancellationToken);

    /// <inheritdoc />
    public Task<long> CountAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        AccountRows.CountAsync(export, cancellationToken);

    /// <inheritdoc />
    public Task<object?> ExportAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        AccountRows.ExportAsync(export, cancellationToken);

    /// <inheritdoc />
    public Task EraseAccountAsync(AccountEvent erase, CancellationToken cancellationToken) =>
        AccountRows.EraseAsync(erase, cancellationToken);
}
