using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Leaving.Erasing;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.Leaving.Restoring;
using Heretix.Platform.Encryption;
using Heretix.Platform.Jobs;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Accounts.Leaving;

/// <summary>What it takes to take one's data along, to leave, to come back and to be erased.</summary>
internal static class LeavingServices
{
    public static void AddLeaving(this IServiceCollection services)
    {
        services.AddSingleton<LeavingMeter>();

        services.AddSingleton<AccountFile>();
        services.AddSingleton<AccountExports>();
        services.AddSingleton<ExportEndpoint>();
        services.AddJob<ExportJob, ExportOrder>(ExportJob.Kind);
        services.AddEncryptedColumn<AccountExport>(export => export.Content, AccountExport.Purpose);

        services.AddSingleton<Departures>();
        services.AddJob<DepartureMailJob, DepartureMail>(DepartureMailJob.Kind, DepartureMailJob.Retry);

        services.AddSingleton<Restoration>();
        services.AddSingleton<IdentityRestoration>();
        services.AddSingleton<RestorePage>();

        services.AddRecurringJob<Erasure>(Erasure.Kind, Erasure.Interval);
    }

    public static void MapLeaving(this IEndpointRouteBuilder account)
    {
        account.MapExport();
        account.MapDeparture();
        account.MapRestore();
    }
}
