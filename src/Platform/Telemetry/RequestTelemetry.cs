using System.Diagnostics;
using Heretix.Platform.Telemetry.Metrics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Telemetry;

/// <summary>
/// The outermost of all that a request passes: whatever answers it, a limit or a missing CSRF token included, is counted
/// and timed under its route template.
/// </summary>
internal sealed class RequestTelemetry(
    RequestDelegate next,
    RequestMetrics metrics,
    IOptions<TelemetryOptions> options,
    TimeProvider time,
    ILogger<RequestTelemetry> log
)
{
    private readonly TimeSpan slow = options.Value.SlowRequest;

    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        try
        {
            await next(context);
            Finish(context, activity, context.Response.StatusCode, start);
        }
        catch (Exception failure)
        {
            Finish(context, activity, StatusOf(context, failure), start);
            throw;
        }
    }

    /// <summary>The route template of a request; <c>__unmatched__</c> when no route was found.</summary>
    public static string PathOf(HttpContext context)
    {
        // Handlers of errors take the endpoint away and leave it in their feature.
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText switch
        {
            null => RequestMetrics.Unmatched,
            "" => "/",
            ['/', ..] template => template,
            var template => $"/{template}",
        };
    }

    private void Finish(HttpContext context, Activity? activity, int status, long start)
    {
        var elapsed = time.GetElapsedTime(start);
        var path = PathOf(context);
        if (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
            status = StatusCodes.Status499ClientClosedRequest;
        metrics.Record(context.Request.Method, path, status, elapsed);
        if (activity is not null)
            Describe(activity, context, path, status);
        if (
            elapsed >= slow
            && !IsStream(context)
            && context.GetEndpoint()?.Metadata.GetMetadata<TakesItsTime>() is null
        )
            Log.SlowRequest(log, context.Request.Method, path, elapsed.TotalMilliseconds, status);
    }

    private static void Describe(Activity activity, HttpContext context, string path, int status)
    {
        if (path.StartsWith("/health/", StringComparison.Ordinal) || path == "/metrics")
        {
            // Probes come all day and say nothing.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }
        activity.DisplayName = $"{context.Request.Method} {path}";
        activity.SetTag("http.request.method", context.Request.Method);
        activity.SetTag("http.route", path);
        activity.SetTag("http.response.status_code", status);
        if (status >= 500)
            activity.SetStatus(ActivityStatusCode.Error);
    }

    private static int StatusOf(HttpContext context, Exception failure) =>
        context.Response.HasStarted ? context.Response.StatusCode
        : failure is BadHttpRequestException bad ? bad.StatusCode
        : StatusCodes.Status500InternalServerError;

    private static bool IsStream(HttpContext context) =>
        context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
}
