using System.Text.Json;
using Heretix.Accounts.Browsers;
using Heretix.Billing.Usage;
using Heretix.Checks.Order;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Idempotency;
using Heretix.Platform.Http.Json;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Run;

/// <summary><c>POST /api/checks/run</c>: reserves a use, makes the check, and answers in one piece or as a stream.</summary>
internal sealed class RunEndpoint(
    OrderTaking orders,
    IBrowserIdentity browsers,
    RequestLimits limits,
    IUsageMeter meter,
    UsageProblem refusals,
    CheckRunner runner,
    CheckClosing closing,
    RunningChecks running,
    IOptions<ChecksOptions> options,
    TimeProvider time
)
{
    private static readonly JsonDocumentOptions AsOnTheWire = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = WireJson.MaxDepth,
    };

    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        if (running.Stopping)
            return Problem.Of(503, "server_stopping", "The server is being stopped; ask again in a moment.");
        var (order, problem) = await TakeOrderAsync(context);
        if (order is null)
            return problem!;
        var caller = context.Caller();
        var subject = caller.UserId is { } user
            ? UsageSubject.OfUser(user)
            : UsageSubject.OfBrowser(browsers.TokenHash(context));
        var streams = RunStream.IsAskedFor(context.Request);
        if (streams && await TakeAsync(context, LimitNames.Streams, "streams in a minute") is { } tooManyStreams)
            return tooManyStreams;
        var decision = await meter.ReserveAsync(subject, Meters.Checks, context.RequestAborted);
        if (decision is UsageDecision.Refused refused)
            return refusals.From(refused);

        var reservation = ((UsageDecision.Reserved)decision).Reservation;
        if (caller.UserId is null && await RefusedByAddressAsync(context, reservation) is { } tooMany)
            return tooMany;
        CheckRun run;
        try
        {
            run = await runner.StartAsync(order, subject, reservation, context.Features.Get<KeyedWork>());
        }
        catch (Exception failure) when (CheckRunner.IsAccountGone(failure))
        {
            return Problem.SignInRequired();
        }
        if (streams)
            return new RunStream(context, run, options.Value.HeartbeatInterval, time);
        return await run.Outcome.WaitAsync(context.RequestAborted) switch
        {
            CheckOutcome.Completed done => TypedResults.Json(
                new RunResponse(CheckBodies.Of(done.Row, done.Result), done.Usage),
                ChecksJson.Wire.RunResponse
            ),
            CheckOutcome.Failed failed => Problem.Of(
                failed.Failure.Status,
                failed.Failure.Code,
                failed.Failure.Detail,
                ("check_id", run.Row.Id)
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<(CheckOrder?, IResult?)> TakeOrderAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, AsOnTheWire, context.RequestAborted);
            return orders.Take(body.RootElement);
        }
        catch (JsonException malformed)
        {
            return (null, Problem.Of(400, "unreadable", Why(malformed)));
        }
    }

    private static string Why(JsonException malformed)
    {
        var where = malformed.LineNumber is { } line ? $" (line {line + 1})" : "";
        return malformed.Message switch
        {
            var text when text.Contains("uplicate", StringComparison.Ordinal) => "The body names a member twice.",
            var text when text.Contains("depth", StringComparison.Ordinal) =>
                $"The body is nested more than {WireJson.MaxDepth} levels deep.",
            _ => $"The body is no JSON{where}.",
        };
    }

    /// <summary>
    /// Signed-in callers are limited by their plans; browsers can be had for nothing, addresses cannot. It is asked after
    /// the allowance, so that refusals use nothing up and the 402 is seen first.
    /// </summary>
    private async Task<IResult?> RefusedByAddressAsync(HttpContext context, Guid reservation)
    {
        var tooMany = await TakeAsync(
            context,
            LimitNames.AnonymousChecks,
            "checks a day without an account (sign in for more)"
        );
        if (tooMany is not null)
            await closing.ReleaseAsync(reservation);
        return tooMany;
    }

    private async ValueTask<IResult?> TakeAsync(HttpContext context, string policy, string what) =>
        await limits.RefuseAsync(
            context,
            policy,
            LimitKey.OfCaller(context),
            decision => $"Too many requests: {decision.Limit} {what} are allowed.",
            CancellationToken.None
        );
}
