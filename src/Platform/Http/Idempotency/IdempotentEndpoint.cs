using Heretix.Platform.Http.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>Marks an endpoint that takes an <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotentMetadata;

/// <summary>
/// Runs an endpoint once for all requests with the same key. The key is claimed before the endpoint runs and renewed while
/// it does; an answer of 2xx or 3xx is kept and given again, any other frees the key, because then nothing was done.
/// Between the claim and the end no connection to the database is held.
/// </summary>
internal sealed class IdempotentEndpoint(
    IdempotencyStore store,
    IOptions<HttpRulesOptions> options,
    TimeProvider time,
    ILogger<IdempotentEndpoint> logger
)
{
    public static async Task RunAsync(HttpContext context, RequestDelegate endpoint)
    {
        var given = context.Request.Headers[KeyedRequests.Header];
        if (given.Count == 0)
            await endpoint(context);
        else if (!KeyedRequests.TryKey(given, out var key))
            await Malformed().ExecuteAsync(context);
        else
            await context.RequestServices.GetRequiredService<IdempotentEndpoint>().RunAsync(context, key, endpoint);
    }

    private async Task RunAsync(HttpContext context, string key, RequestDelegate endpoint)
    {
        var request = await KeyedRequests.ReadAsync(context, key, time);
        var there = await store.ClaimAsync(request, context.RequestAborted);
        if (there is null)
            await RunOnceAsync(context, request, endpoint);
        else if (!there.BodySha256.AsSpan().SequenceEqual(request.BodySha256))
            await Reused().ExecuteAsync(context);
        else if (there.Status is null)
            await InProgressAsync(context);
        else
            await ReplayAsync(context, store.Answer(there));
    }

    private async Task RunOnceAsync(HttpContext context, KeyedRequest request, RequestDelegate endpoint)
    {
        await using var answer = new AnswerBuffer(context, options.Value.IdempotencyBodyLimit);
        var kept = false;
        try
        {
            await using (new LeaseRenewal(store, request, time, logger))
            {
                await endpoint(context);
                await answer.DetachAsync();
            }
            if (context.Response.StatusCode is >= 200 and < 400 && answer.Held is { } body)
                kept = await KeepAsync(context, request, body);
        }
        finally
        {
            await answer.DetachAsync();
            if (!kept)
                await ReleaseAsync(request);
        }
        await answer.SendAsync(context.RequestAborted);
    }

    /// <summary>What was done cannot be undone, so the answer goes out even if it could not be kept.</summary>
    private async Task<bool> KeepAsync(HttpContext context, KeyedRequest request, ReadOnlyMemory<byte> body)
    {
        var headers = context.Response.Headers;
        var answer = new KeptAnswer(
            context.Response.StatusCode,
            context.Response.ContentType,
            headers.Location.Count > 0 ? headers.Location.ToString() : null,
            body
        );
        try
        {
            if (!await store.KeepAsync(request, answer, CancellationToken.None))
                Log.LeaseLost(logger, request.Route);
        }
        catch (Exception error) when (DatabaseFailures.Is(error))
        {
            Log.NotKept(logger, error, request.Route);
        }
        return true;
    }

    private async Task ReleaseAsync(KeyedRequest request)
    {
        try
        {
            await store.ReleaseAsync(request, CancellationToken.None);
        }
        catch (Exception error) when (DatabaseFailures.Is(error))
        {
            Log.NotReleased(logger, error, request.Route);
        }
    }

    private static async Task ReplayAsync(HttpContext context, KeptAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["Idempotency-Replayed"] = "true";
        if (answer.Location is not null)
            response.Headers.Location = answer.Location;
        if (answer.ContentType is not null)
            response.ContentType = answer.ContentType;
        if (answer.Body.Length > 0)
        {
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private static async Task InProgressAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        await Problem
            .Of(
                409,
                "request_in_progress",
                "A request with this Idempotency-Key is still running. Wait as long as Retry-After says, then repeat it."
            )
            .ExecuteAsync(context);
    }

    private static ProblemHttpResult Malformed() =>
        Problem.Of(
            400,
            "invalid_idempotency_key",
            "Idempotency-Key must be one value of 1 to 255 printable ASCII characters, for example a UUID."
        );

    private static ProblemHttpResult Reused() =>
        Problem.Of(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used with another path, query or body. A new request needs a new key."
        );
}
