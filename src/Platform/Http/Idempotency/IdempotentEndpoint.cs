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
/// it does; an answer of 2xx or 3xx is kept and given again, any other frees the key, because then nothing was done; an
/// endpoint may know better and say so (<see cref="KeyedWork"/>). An
/// answer that cannot be kept, a stream or a large one, uses the key up: a repetition is told that all is done. Between
/// the claim and the end no connection to the database is held.
/// </summary>
internal sealed class IdempotentEndpoint(
    IdempotencyStore store,
    IOptions<HttpRulesOptions> options,
    TimeProvider time,
    ILogger<IdempotentEndpoint> logger
)
{
    private const int KeepAttempts = 5;
    private const int MostWaits = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>What becomes of a key when its request ends.</summary>
    private enum KeyEnd
    {
        /// <summary>Nothing was done.</summary>
        Free,

        /// <summary>It stands in the database that it was done.</summary>
        Kept,

        /// <summary>It was done, and that could not be written.</summary>
        NotKept,
    }

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
        var there = await ClaimAsync(request, context.RequestAborted);
        if (there is null)
            await RunOnceAsync(context, request, endpoint);
        else if (!there.BodySha256.AsSpan().SequenceEqual(request.BodySha256))
            await Reused().ExecuteAsync(context);
        else if (there.Status is null)
            await InProgressAsync(context);
        else if (store.Answer(there) is { Body: { } body } answer)
            await ReplayAsync(context, answer, body);
        else
            await AlreadyDone().ExecuteAsync(context);
    }

    /// <summary>
    /// Work that uses its key up in its own transaction has done so a moment before its answer is kept: whoever comes in
    /// between waits for the answer.
    /// </summary>
    private async Task<IdempotencyKey?> ClaimAsync(KeyedRequest request, CancellationToken stop)
    {
        for (var waited = 0; ; waited++)
        {
            var there = await store.ClaimAsync(request, stop);
            if (there is not { Status: not null, Body: null, ContentType: null, Location: null } || waited == MostWaits)
                return there;
            await Task.Delay(FirstPause, time, stop);
        }
    }

    private async Task RunOnceAsync(HttpContext context, KeyedRequest request, RequestDelegate endpoint)
    {
        await using var answer = new AnswerBuffer(context, options.Value.IdempotencyBodyLimit);
        var work = new KeyedWork(request);
        context.Features.Set(work);
        var end = KeyEnd.Free;
        try
        {
            await using (new LeaseRenewal(store, request, time, logger))
            {
                var whole = false;
                var done = false;
                try
                {
                    await endpoint(context);
                    done = true;
                    await answer.DetachAsync();
                    whole = true;
                }
                finally
                {
                    // What fails while the answer is written does not undo what the endpoint did.
                    var used = work.Outcome is { } outcome
                        ? await outcome
                        : (done || answer.HasBegun) && context.Response.StatusCode is >= 200 and < 400;
                    if (used)
                        end = await KeepAsync(context, request, whole ? answer.Held : (ReadOnlyMemory<byte>?)null);
                }
            }
        }
        finally
        {
            await answer.DetachAsync();
            if (end == KeyEnd.Free)
                await ReleaseAsync(request);
            else if (end == KeyEnd.NotKept)
                await HoldAsync(request);
        }
        await answer.SendAsync(context.RequestAborted);
    }

    /// <summary>What was done cannot be undone, so the answer goes out even if it could not be kept.</summary>
    private async Task<KeyEnd> KeepAsync(HttpContext context, KeyedRequest request, ReadOnlyMemory<byte>? body)
    {
        var headers = context.Response.Headers;
        var answer = new KeptAnswer(
            context.Response.StatusCode,
            context.Response.ContentType,
            headers.Location.Count > 0 ? headers.Location.ToString() : null,
            body
        );
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (!await store.KeepAsync(request, answer, CancellationToken.None))
                    Log.LeaseLost(logger, request.Route);
                return KeyEnd.Kept;
            }
            catch (Exception error)
            {
                if (attempt + 1 == KeepAttempts)
                {
                    Log.NotKept(logger, error, request.Route);
                    return KeyEnd.NotKept;
                }
            }
            await Task.Delay(FirstPause * (1 << attempt), time, CancellationToken.None);
        }
    }

    /// <summary>After the last renewal, which would shorten it again.</summary>
    private async Task HoldAsync(KeyedRequest request)
    {
        try
        {
            await store.HoldAsync(request, CancellationToken.None);
        }
        catch (Exception error)
        {
            Log.NotHeld(logger, error, request.Route);
        }
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

    private static async Task ReplayAsync(HttpContext context, KeptAnswer answer, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["Idempotency-Replayed"] = "true";
        if (answer.Location is not null)
            response.Headers.Location = answer.Location;
        if (answer.ContentType is not null)
            response.ContentType = answer.ContentType;
        if (body.Length > 0)
        {
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, context.RequestAborted);
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

    private static ProblemHttpResult AlreadyDone() =>
        Problem.Of(
            409,
            "already_done",
            "The request with this Idempotency-Key was carried out, but its answer cannot be given again. Its result is in the history, or in the list of what it made."
        );

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
            "This Idempotency-Key was used with another path, query, body or kind of answer (Accept). A new request needs a new key."
        );
}
