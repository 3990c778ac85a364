using Heretix.Checks.Cache;
using Heretix.Checks.Catalog;
using Heretix.Checks.Export;
using Heretix.Checks.History;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Checks.Run;
using Heretix.Checks.Store;
using Heretix.Checks.Upkeep;
using Heretix.Models;
using Heretix.Platform.Http;
using Heretix.Platform.Http.OpenApi;
using Heretix.Platform.Http.Paging;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry;
using Heretix.Rpl.Prompts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Heretix.Checks;

internal static class ChecksServices
{
    public static IServiceCollection AddChecks(this IServiceCollection services, ServerSettings settings)
    {
        services.AddChecksOptions(settings);
        services.AddModels(settings);

        services.AddSingleton<OrderTaking>();
        services.AddSingleton<ModelSelection>();
        services.AddSingleton<ISettingsCheck, DefaultsCheck>();

        services.AddSingleton<RunningChecks>();
        services.AddSingleton<CheckMetrics>();
        services.AddSingleton<ReleaseNews>();
        services.AddSingleton<Flights>();
        services.AddSingleton<IHybridCacheSerializer<KeptResult>, KeptResultSerializer>();
        services.AddSingleton<ResultCache>();
        services.AddSingleton<SampleWriter>();
        services.AddSingleton<MeasurementLeases>();
        services.AddSingleton<Measurements>();
        services.AddSingleton<CheckClosing>();
        services.AddSingleton<CheckRunner>();
        services.AddSingleton<LeaseKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<LeaseKeeper>());

        services.AddSingleton<RunEndpoint>();
        services.AddSingleton<HistoryEndpoints>();
        services.AddSingleton<ModelsEndpoint>();

        services.AddSingleton<CheckSweep>();
        services.AddSweep(
            CheckSweep.Kind,
            CheckSweep.Interval,
            static (db, scope, stop) => scope.GetRequiredService<CheckSweep>().SweepAsync(db, stop)
        );
        services.AddRecurringJob<NightlyExport>(NightlyExport.Kind, NightlyExport.DailyAt);
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChecksJson.Default)
        );
        return services;
    }

    public static void MapChecks(this IEndpointRouteBuilder routes)
    {
        var checks = routes.MapGroup("/api/checks").WithTags("checks");
        checks
            .MapPost(
                "/run",
                (HttpContext context, [FromServices] RunEndpoint endpoint) => endpoint.AnswerAsync(context)
            )
            .Accepts<RunRequest>("application/json")
            .Example(new RunRequest { Claim = "Tariffs cause inflation", Mock = true })
            .Produces<RunResponse>()
            .ProducesProblem(402)
            .ProducesProblem(502)
            .ProducesProblem(503)
            .WithName("runCheck")
            .WithSummary("Measure what a model believes about a claim")
            .WithDescription(
                "Answers in one piece, or with `Accept: text/event-stream` as a stream of events: `started`, `progress`, and "
                    + "at the end `result` (the same as in one piece) or `error`. The check goes on when the caller leaves."
            )
            .Idempotent()
            .TakesItsTime();
        checks
            .MapGet(
                "",
                (
                    HttpContext context,
                    [AsParameters] PageQuery page,
                    [AsParameters] HistoryQuery query,
                    [FromServices] HistoryEndpoints endpoints
                ) => endpoints.ListAsync(context, page, query)
            )
            .Produces<Page<HistoryItem>>()
            .WithName("listChecks")
            .WithSummary("The caller's checks, newest first");
        checks
            .MapGet("/models", ([FromServices] ModelsEndpoint endpoint) => endpoint.Answer())
            .Produces<ModelsResponse>()
            .WithName("listModels")
            .WithSummary("What can be asked, with which prompts and within which bounds");
        checks
            .MapGet(
                "/{id:guid}",
                (HttpContext context, Guid id, [FromServices] HistoryEndpoints endpoints) =>
                    endpoints.ShowAsync(context, id)
            )
            .Produces<CheckDetail>()
            .ProducesProblem(404)
            .WithName("getCheck")
            .WithSummary("One check with its answers by template");
        checks
            .MapDelete(
                "/{id:guid}",
                (HttpContext context, Guid id, [FromServices] HistoryEndpoints endpoints) =>
                    endpoints.DeleteAsync(context, id)
            )
            .Produces(204)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .WithName("deleteCheck")
            .WithSummary("Delete a check that has ended");
    }

    private static void AddChecksOptions(this IServiceCollection services, ServerSettings settings)
    {
        var configuration = settings.Configuration;
        services
            .AddKnownOptions<ChecksOptions>("Heretix:Checks")
            .AddOptions<ChecksOptions>()
            .Bind(configuration.GetSection("Heretix:Checks"))
            .Configure(options =>
            {
                options.Model = Given("RPL_MODEL") ?? options.Model;
                options.PromptVersion = Given("RPL_PROMPT_VERSION") ?? options.PromptVersion;
                options.PromptsDirectory = Given(PromptLibrary.DirectoryVariable) ?? options.PromptsDirectory;
                options.AllowMock = Flag("RPL_ALLOW_MOCK") ?? options.AllowMock ?? !settings.IsProduction;
            })
            .ValidateDataAnnotations()
            .Validate(
                options => options.RenewInterval * 2 < options.LeaseTime,
                "Heretix:Checks:LeaseTime must be more than twice RenewInterval, or living checks are taken for dead."
            )
            .ValidateOnStart();
        // Whoever stops the server waits at least as long as running checks may go on.
        services
            .AddOptions<HostOptions>()
            .PostConfigure<IOptions<ChecksOptions>>(
                (host, checks) =>
                {
                    var needed = checks.Value.DrainTimeout + checks.Value.AbandonTimeout + TimeSpan.FromSeconds(10);
                    host.ShutdownTimeout = host.ShutdownTimeout < needed ? needed : host.ShutdownTimeout;
                }
            );

        string? Given(string name) => configuration[name] is { Length: > 0 } value ? value.Trim() : null;

        bool? Flag(string name) =>
            Given(name)?.ToLowerInvariant() switch
            {
                null => null,
                "1" or "true" or "yes" or "on" => true,
                "0" or "false" or "no" or "off" => false,
                var other => throw new OptionsValidationException(
                    name,
                    typeof(ChecksOptions),
                    [$"{name} takes true or false, not '{other}'."]
                ),
            };
    }

    /// <summary>One catalogue and one set of connections for the process, from what the operator has configured.</summary>
    private static void AddModels(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton<ModelEnvironment>();
        services.AddSingleton(provider => new ModelCatalogOptions(
            Environment: provider.GetRequiredService<ModelEnvironment>().Variable
        ));
        services.AddSingleton(provider => ModelCatalog.Load(provider.GetRequiredService<ModelCatalogOptions>()));
        services.TryAddSingleton(new ModelCallOptions());
        services.AddSingleton(provider => new ModelClients(
            provider.GetRequiredService<ModelCatalogOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            calls: provider.GetRequiredService<ModelCallOptions>()
        ));
        services.TryAddSingleton(provider => new MockBehaviour(
            provider.GetRequiredService<IOptions<ChecksOptions>>().Value.MockLatency
        ));
        services.AddSingleton(provider => new PromptLibrary(
            provider.GetRequiredService<IOptions<ChecksOptions>>().Value.PromptsDirectory
                ?? PromptLibrary.DefaultDirectory
        ));
    }
}
