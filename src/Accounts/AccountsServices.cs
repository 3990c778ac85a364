using Heretix.Accounts.Browsers;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Devices;
using Heretix.Accounts.External;
using Heretix.Accounts.Leaving;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Passwords;
using Heretix.Accounts.Refresh;
using Heretix.Accounts.Retention;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Totp;
using Heretix.Accounts.Users;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts;

/// <summary>Everything that accounts register and serve.</summary>
internal static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<AccountsOptions>(AccountsOptions.Section)
            .AddOptions<AccountsOptions>()
            .Bind(settings.Configuration.GetSection(AccountsOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<HeretixCookies>();
        services.AddSingleton<IBrowserIdentity, BrowserIdentity>();
        services.AddSingleton<SignInMeter>();
        services.AddSingleton<UserArrival>();

        services.AddSingleton<LinkBinding>();
        services.AddSingleton<LinkRequest>();
        services.AddSingleton<LinkConsumption>();
        services.AddSingleton<LinkCallback>();
        services.AddSingleton<LinkFailures>();
        services.AddSingleton<ConfirmPage>();
        services.AddSingleton<LinkMessages>();

        services.AddSingleton<ISettingsCheck, PasswordBlocklist.Check>();
        services.AddSingleton<PasswordBlocklist>();
        services.AddSingleton<PasswordRules>();
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<PasswordMailRequests>();
        services.AddSingleton<PasswordReset>();
        services.AddSingleton<PasswordChange>();
        services.AddSingleton<ResetPage>();
        services.AddSingleton<FormBinding>();

        services.AddSingleton<DeviceCookie>();
        services.AddSingleton<DeviceRemovals>();
        services.AddSingleton<DeviceAdmission>();

        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SessionLookup>();
        services.AddSingleton<SessionOpening>();
        services.AddSingleton<SessionEnding>();
        services.AddSingleton<RenewedSession>();
        services.AddSingleton<SignInCompletion>();
        services.AddSingleton<Welcome>();
        services.AddSingleton<TokenRefresh>();
        services.AddSingleton<AllowedOrigins>();
        services.AddSingleton<CsrfGuard>();

        services.AddTotp();
        services.AddExternal();

        services.AddLeaving();

        services.AddJob<LinkMailJob, LinkMail>(LinkMailJob.Kind, LinkMailJob.Retry);
        services.AddRecurringJob<ExpiredRows>(ExpiredRows.Kind, ExpiredRows.Interval);
        if (settings.Role != ServerRole.Api)
            services.AddHostedService<SessionCount>();

        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AccountsJson.Default)
        );
        // The server's own line for each request holds the query, and the query of a link holds its token.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
        return services;
    }

    public static void UseAccounts(this IApplicationBuilder app) => app.UseMiddleware<SessionMiddleware>();

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        // Read now, so that the first person who chooses a password does not wait for it.
        routes.ServiceProvider.GetRequiredService<PasswordBlocklist>();
        var auth = routes
            .MapGroup("/api/auth")
            .WithTags("auth")
            .AddEndpointFilter(NotStored)
            .AddEndpointFilter(HashingBusy.Answer);
        auth.MapMagicLinks();
        auth.MapPasswords();
        auth.MapTotp();
        auth.MapExternal();
        auth.MapRefresh();
        auth.MapSessions();
        auth.MapDevices();
        auth.MapCsrf();
        routes.MapGroup("/api/account").WithTags("account").AddEndpointFilter(NotStored).MapLeaving();
    }

    /// <summary>No answer of sign-in is kept by a cache.</summary>
    private static ValueTask<object?> NotStored(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        invocation.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(invocation);
    }
}
