using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Http.Headers;

/// <summary>
/// Every request has an id: the caller's <c>X-Request-Id</c> when it is well-formed, a fresh one otherwise. It is
/// <see cref="HttpContext.TraceIdentifier"/> from there on, stands in logs (<c>request_id</c>), in the trace, in problems
/// and in the answer. The trace keeps its own W3C id.
/// </summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";
    private const int LongestId = 128;

    public static void Use(IApplicationBuilder app, TimeProvider time, ILogger logger) =>
        app.Use(
            async (context, next) =>
            {
                var id = IdOf(context.Request.Headers[Header], time);
                context.TraceIdentifier = id;
                Activity.Current?.SetTag("request_id", id);
                context.Response.OnStarting(
                    static state =>
                    {
                        var context = (HttpContext)state;
                        context.Response.Headers[Header] = context.TraceIdentifier;
                        return Task.CompletedTask;
                    },
                    context
                );
                using (logger.BeginScope(new Dictionary<string, object> { ["request_id"] = id }))
                    await next(context);
            }
        );

    private static string IdOf(Microsoft.Extensions.Primitives.StringValues given, TimeProvider time) =>
        given.Count == 1 && IsWellFormed(given[0]) ? given[0]! : Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private static bool IsWellFormed(string? id) =>
        id is { Length: > 0 and <= LongestId } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
