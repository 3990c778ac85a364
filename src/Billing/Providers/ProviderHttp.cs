using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers;

/// <summary>
/// Asks providers over HTTP: with a limit of time for each attempt, and again, after a wait, where that does no harm. How it
/// ended is a value. Bodies are neither logged nor passed on when they are errors: they may repeat what a person entered.
/// </summary>
internal sealed class ProviderHttp(
    IHttpClientFactory clients,
    IOptions<ProviderOptions> options,
    ProviderMetrics metrics,
    TimeProvider time,
    ILogger<ProviderHttp> log
)
{
    /// <summary>The name of the client, for tests that change how it connects.</summary>
    public const string Client = "heretix-providers";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public async Task<ProviderAnswer> AskAsync(ProviderQuestion question, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var answer = await RepeatAsync(question, cancellationToken);
        metrics.Asked(question.Provider, question.Operation, answer, time.GetElapsedTime(began));
        return answer;
    }

    private async Task<ProviderAnswer> RepeatAsync(ProviderQuestion question, CancellationToken cancellationToken)
    {
        var wait = options.Value.ProviderRetryDelay;
        for (var attempt = 1; ; attempt++, wait *= 2)
        {
            var (answer, reason, certain) = await TryAsync(question, cancellationToken);
            if (answer is not ProviderAnswer.Unavailable away)
                return answer;
            Log.ProviderFailed(log, question.Provider, question.Operation, attempt, reason);
            if (attempt >= options.Value.ProviderAttempts || !(question.MayRepeat || certain))
                return answer;
            var pause = away.RetryAfter > wait ? away.RetryAfter : wait;
            await Task.Delay(pause < LongestWait ? pause : LongestWait, time, cancellationToken);
        }
    }

    /// <summary>One attempt; <c>Certain</c> when it is certain that the provider did nothing.</summary>
    private async Task<(ProviderAnswer Answer, string Reason, bool Certain)> TryAsync(
        ProviderQuestion question,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(options.Value.ProviderTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var began = time.GetTimestamp();
        try
        {
            using var request = question.Request();
            using var http = clients.CreateClient(Client);
            using var response = await http.SendAsync(request, both.Token);
            var asOf = AsOf(response, time.GetElapsedTime(began));
            var body = await BodyAsync(response, both.Token);
            if (response.IsSuccessStatusCode)
                return body is { } answered
                    ? (new ProviderAnswer.Ok(answered, asOf), "", true)
                    : (Away(response), "an answer that cannot be read", false);
            return Failure(question, response, body);
        }
        catch (HttpRequestException unreachable)
        {
            var never =
                unreachable.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError;
            return (new ProviderAnswer.Unavailable(TimeSpan.Zero), unreachable.HttpRequestError.ToString(), never);
        }
        catch (IOException broken)
        {
            return (new ProviderAnswer.Unavailable(TimeSpan.Zero), broken.GetType().Name, false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new ProviderAnswer.Unavailable(TimeSpan.Zero), "no answer in time", false);
        }
    }

    private (ProviderAnswer Answer, string Reason, bool Certain) Failure(
        ProviderQuestion question,
        HttpResponseMessage response,
        JsonElement? body
    )
    {
        var status = (int)response.StatusCode;
        // 409 is Stripe's word for a key or an object that another request holds at the moment.
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            return (Away(response), $"HTTP {status}", true);
        if (response.StatusCode is HttpStatusCode.Conflict || status >= 500)
            return (Away(response), $"HTTP {status}", false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return (new ProviderAnswer.Missing(), "", true);
        var (code, parameter) = body is { ValueKind: JsonValueKind.Object } error
            ? question.ReadError(error)
            : (null, null);
        var requestId = response.Headers.TryGetValues("Request-Id", out var ids) ? ids.FirstOrDefault() : null;
        Log.ProviderRefused(log, question.Provider, question.Operation, status, code, parameter, requestId);
        return (new ProviderAnswer.Refused(status, code, parameter), "", true);
    }

    private static ProviderAnswer.Unavailable Away(HttpResponseMessage response) =>
        new(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);

    /// <summary>
    /// The provider's clock when it began to answer, less the time since it was asked: not later than when it looked, however
    /// wrong our clock is.
    /// </summary>
    private DateTimeOffset AsOf(HttpResponseMessage response, TimeSpan sinceAsked)
    {
        var moment = (response.Headers.Date ?? time.GetUtcNow()) - sinceAsked;
        return DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds());
    }

    private static async Task<JsonElement?> BodyAsync(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(stop);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: stop);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null; // a proxy's page, for example
        }
    }
}
