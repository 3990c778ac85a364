using System.Globalization;
using Heretix.Accounts.Sessions;
using Heretix.Billing.Events.Sources;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Events;

/// <summary>Where providers send their events. The signature over the raw body is the proof; no session is looked at.</summary>
internal static class WebhookEndpoints
{
    private const int LargestBody = 1024 * 1024;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        Map<StripeSource>(routes, "/api/stripe/webhook", "Stripe", "receive_stripe_event");
        Map<RevenueCatSource>(routes, "/api/revenuecat/webhook", "RevenueCat", "receive_revenuecat_event");
        Map<RazorpaySource>(routes, "/api/razorpay/webhook", "Razorpay", "receive_razorpay_event");
    }

    private static void Map<TSource>(IEndpointRouteBuilder routes, string path, string provider, string name)
        where TSource : IEventSource =>
        routes
            .MapPost(
                path,
                (
                    HttpContext context,
                    TSource source,
                    EventIntake intake,
                    TimeProvider time,
                    ILogger<EventIntake> log,
                    CancellationToken cancellationToken
                ) => ReceiveAsync(context, source, intake, time, log, cancellationToken)
            )
            .WithName(name)
            .WithTags("events")
            .WithSummary($"Where {provider} sends its events; each has its effect once, however often it comes.")
            .Produces<EventReceipt>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .BodyLimit(LargestBody)
            .IgnoreSession()
            .Limit(LimitNames.None);

    private static async Task<IResult> ReceiveAsync(
        HttpContext context,
        IEventSource source,
        EventIntake intake,
        TimeProvider time,
        ILogger log,
        CancellationToken cancellationToken
    )
    {
        if (!source.IsConfigured)
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "payments_disabled",
                $"Events of {source.Name} are not taken here: no secret to check them by is configured."
            );
        var body = await BodyAsync(context.Request, cancellationToken);
        if (Refuse(source.Check(context.Request.Headers, body, time.GetUtcNow()), source) is { } refusal)
        {
            Log.EventRefused(log, source.Name, refusal.Error);
            return Problem.Of(refusal.Status, refusal.Error, refusal.Detail);
        }
        var id = source.IdHeader is { } header ? context.Request.Headers[header].ToString() : null;
        if (source.Read(body, id) is not { } received)
        {
            Log.EventRefused(log, source.Name, "unreadable");
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                "unreadable",
                "The body is no event: it must be JSON with the event's id, its type and what it is about."
            );
        }
        // Once it is begun it is finished, also when the sender does not wait: it would only send it again.
        if (await intake.ReceiveAsync(received, CancellationToken.None) is Receipt.Postponed postponed)
            return Postpone(context, postponed.RetryAfter);
        return TypedResults.Json(new EventReceipt(true), BillingJson.Default.EventReceipt);
    }

    private static (int Status, string Error, string Detail)? Refuse(SenderProof proof, IEventSource source) =>
        (proof, source is RevenueCatSource) switch
        {
            (SenderProof.Good, _) => null,
            (SenderProof.Missing, true) => (
                401,
                "missing_auth",
                "Send the secret of the webhook as Authorization: Bearer (secret)."
            ),
            (_, true) => (401, "invalid_auth", "This is not the secret of the webhook."),
            (SenderProof.Missing, _) => (400, "missing_signature", "The event is not signed."),
            (SenderProof.Late, _) => (
                400,
                "invalid_signature",
                "The event was signed too long ago, or the clocks differ by more than 300 seconds."
            ),
            _ => (400, "invalid_signature", "The signature is not one over this body with the secret of the webhook."),
        };

    private static ProblemHttpResult Postpone(HttpContext context, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(
            StatusCodes.Status503ServiceUnavailable,
            "provider_unavailable",
            "The object of the event has to be asked for and the provider does not answer. Send the event again."
        );
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }
}

/// <summary>What the sender of an event gets.</summary>
/// <param name="Received">Always true.</param>
internal sealed record EventReceipt(
    [property: System.Text.Json.Serialization.JsonPropertyName("received")] bool Received
);
