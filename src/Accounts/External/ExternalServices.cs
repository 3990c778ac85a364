using Heretix.Accounts.External.Bearers;
using Heretix.Accounts.External.Identities;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Keys;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.External.Tokens;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Accounts.External;

/// <summary>What it takes to believe others who somebody is.</summary>
internal static class ExternalServices
{
    public static void AddExternal(this IServiceCollection services)
    {
        services.AddKnownSection(IssuerReading.Section);
        services.AddSingleton<ISettingsCheck, IssuerReading.Check>();
        services.AddSingleton<IssuerList>();

        services.AddSingleton<KeySetSource>();
        services.AddSingleton<KeySets>();
        services.AddSingleton<TokenValidation>();

        services.AddSingleton<IdentityArrival>();
        services.AddSingleton<IdentityLinking>();
        services.AddSingleton<IdentityNotices>();
        services.AddJob<IdentityNoticeJob, IdentityNotice>(IdentityNoticeJob.Kind, IdentityNoticeJob.Retry);

        services.AddSingleton<Nonces>();
        services.AddSingleton<IdentityProofs>();
        services.AddSingleton<ExternalAnswers>();
        services.AddSingleton<ExternalSignIn>();

        services.AddSingleton<BearerUsers>();
        services.AddSingleton<ExternalBearer>();
    }

    public static void MapExternal(this IEndpointRouteBuilder auth)
    {
        auth.MapExternalSignIn();
        auth.MapIdentities();
    }

    public static void BuildExternal(this ModelBuilder model)
    {
        model.ApplyConfiguration(new ExternalIdentityMapping());
        model.ApplyConfiguration(new UsedTokenMapping());
        model.ApplyConfiguration(new NonceMapping());
    }
}
