using Heretix.Platform.Encryption;
using Heretix.Platform.Http.Docs;
using Heretix.Platform.Http.Errors;
using Heretix.Platform.Http.Headers;
using Heretix.Platform.Http.Idempotency;
using Heretix.Platform.Http.Json;
using Heretix.Platform.Http.OpenApi;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Heretix.Platform.Http;

/// <summary>The rules of the wire: errors, request ids, headers, CORS, body limits, idempotency, the API document.</summary>
public static class HttpRulesServices
{
    internal static IServiceCollection AddHttpRules(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<HttpRulesOptions>(HttpRulesOptions.Section)
            .AddOptions<HttpRulesOptions>()
            .Bind(settings.Configuration.GetSection(HttpRulesOptions.Section))
            .Configure(options => options.Read(settings))
            .ValidateDataAnnotations()
            .Validate(
                options => !settings.IsProduction || !options.TrustedProxies.Any(HttpRulesOptions.IsEverybody),
                $"{HttpRulesOptions.Section}:TrustedProxies: a network of the whole Internet lets everybody say where they come from, "
                    + "and so pass every limit; name the addresses of your proxies alone."
            )
            .ValidateOnStart();
        services.AddWireJson();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpRulesOptions>>(KestrelRules.Set);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddCors();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<IdempotentEndpoint>();
        services.AddEncryptedColumn<IdempotencyKey>(key => key.Body, IdempotencyStore.Purpose);
        services.AddRecurringJob<IdempotencyPurge>("jobs.idempotency", TimeSpan.FromHours(1));
        services.AddApiDocument();
        services.AddSingleton<ApiPage>();
        return services;
    }

    /// <summary>What every request passes before routing: forwarded addresses, request id, errors, headers, CORS.</summary>
    public static IApplicationBuilder UseHttpRules(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        var settings = services.GetRequiredService<ServerSettings>();
        var options = services.GetRequiredService<IOptions<HttpRulesOptions>>().Value;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Heretix.Platform.Http");
        ForwardedAddresses.Use(app, options.TrustedProxies, settings.IsProduction ? logger : null);
        RequestIds.Use(app, services.GetRequiredService<TimeProvider>(), logger);
        SecurityHeaders.Use(app, settings);
        Failures.Use(app, logger);
        if (options.CorsOrigins.Count > 0)
            app.UseCors(policy => Cors.Allow(policy, options.CorsOrigins));
        return app;
    }

    /// <summary><c>/openapi/v1.json</c>, <c>/docs</c> and <c>/</c>.</summary>
    internal static void MapHttpRules(this IEndpointRouteBuilder routes)
    {
        routes.MapApiDocument();
        routes.MapApiPage();
    }

    /// <summary>
    /// Keeps the answer for 24 hours under the caller's <c>Idempotency-Key</c>, so that a repeat has no second effect. Answers
    /// of 2xx and 3xx are kept, others free the key. A stream of events and an answer that is too large are not kept: while
    /// they run a duplicate is refused with 409 <c>request_in_progress</c>, afterwards with 409 <c>already_done</c>. A request
    /// with a key runs to its end when the caller goes away before the answer begins.
    /// </summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.Add(builder =>
        {
            builder.Metadata.Add(new IdempotentMetadata());
            if (builder.RequestDelegate is { } run)
                builder.RequestDelegate = context => IdempotentEndpoint.RunAsync(context, run);
        });
        return endpoint;
    }

    /// <summary>Takes bodies of up to so many bytes instead of <see cref="HttpRulesOptions.JsonBodyLimit"/>.</summary>
    public static RouteHandlerBuilder BodyLimit(this RouteHandlerBuilder endpoint, long bytes) =>
        endpoint.WithMetadata(new RequestSizeLimitAttribute(bytes));

    private static void AddWireJson(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.ConfigureHttpJsonOptions(options => WireJson.Configure(options.SerializerOptions));
        // After every room has added its own contexts, so that theirs are covered too.
        services
            .AddOptions<JsonOptions>()
            .PostConfigure<IHttpContextAccessor>(
                (options, request) =>
                    options.SerializerOptions.TypeInfoResolver = WireTypes.Around(
                        options.SerializerOptions.TypeInfoResolver!,
                        request
                    )
            );
    }
}
