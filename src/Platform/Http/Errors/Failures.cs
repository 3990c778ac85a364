using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Http.Errors;

/// <summary>
/// Turns exceptions and bare status codes into problems. A caller who went away is no error; what is ours is logged once,
/// with the exception, and answered without its text.
/// </summary>
internal static class Failures
{
    public static void Use(IApplicationBuilder app, ILogger logger)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandler = context => AnswerAsync(context, logger),
                SuppressDiagnosticsCallback = static _ => true,
                AllowStatusCode404Response = true,
            }
        );
        app.UseStatusCodePages(static code =>
            StatusAnswers.For(code.HttpContext, code.HttpContext.Response.StatusCode).ExecuteAsync(code.HttpContext)
        );
    }

    private static async Task AnswerAsync(HttpContext context, ILogger logger)
    {
        var failure = context.Features.GetRequiredFeature<IExceptionHandlerPathFeature>();
        switch (failure.Error)
        {
            case BadHttpRequestException bad:
                await BadRequests.For(context, failure.Endpoint, bad).ExecuteAsync(context);
                break;
            case var error when DatabaseFailures.Is(error):
                Log.DatabaseUnavailable(logger, error);
                context.Response.Headers.RetryAfter = "2";
                await Problem
                    .Of(503, "database_unavailable", "The database does not answer at the moment. Try again shortly.")
                    .ExecuteAsync(context);
                break;
            default:
                Log.Failed(logger, failure.Error);
                await StatusAnswers.For(context, 500).ExecuteAsync(context);
                break;
        }
        // The handler forgot the route, which metrics and logs of the request still name.
        context.SetEndpoint(failure.Endpoint);
    }
}
