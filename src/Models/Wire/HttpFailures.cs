using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Heretix.Models;

/// <summary>Turns what went wrong on the wire into one kind of exception, without ever repeating a key.</summary>
internal sealed class HttpFailures(string provider, Uri address, string? key, TimeProvider clock)
{
    private const int LongestDetail = 500;
    private const int LargestErrorBody = 64 * 1024;

    public async Task<ModelCallException> FromAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var error = ReadError(await BodyAsync(response.Content, cancellationToken).ConfigureAwait(false));
        var status = (int)response.StatusCode;
        var kind = Kind(status, error);
        // A provider's answer to a wrong key may quote it, so nothing of it is repeated.
        var message = kind switch
        {
            ModelCallFailure.Unauthorized => $"{provider} refused the key ({status}): check it and what it may do.",
            ModelCallFailure.NotFound =>
                $"{provider} knows no such model or address under {address} (404): {error.Detail}",
            ModelCallFailure.QuotaExhausted =>
                $"{provider} says that the account has no credit ({status}): {error.Detail}",
            _ when status is >= 300 and < 400 => $"{provider} redirects to another address ({status}): give that one.",
            _ => $"{provider} answered {status}: {error.Detail}",
        };
        return Failure(kind, message, status, WaitAsked(response.Headers) ?? error.RetryAfter);
    }

    /// <summary>An error that the provider reported in an answer of status 200 or in the middle of a stream.</summary>
    public ModelCallException FromReport(string? code, string? message, bool textDelivered)
    {
        var words = $"{code} {message}";
        bool Names(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
        var kind =
            textDelivered ? ModelCallFailure.Interrupted
            : IsQuota(words) ? ModelCallFailure.QuotaExhausted
            : Names("rate_limit") || Names("resource_exhausted") || code == "429" ? ModelCallFailure.RateLimited
            : Names("overloaded") || Names("unavailable") || code is "503" or "529" ? ModelCallFailure.Overloaded
            : Names("invalid") ? ModelCallFailure.InvalidRequest
            : ModelCallFailure.ServerError;
        return Failure(kind, $"{provider} reported an error in its answer: {Detail(code, message)}");
    }

    public ModelCallException From(Exception cause, bool textDelivered) =>
        cause switch
        {
            JsonException => Failure(
                textDelivered ? ModelCallFailure.Interrupted : ModelCallFailure.UnreadableReply,
                $"{provider} sent something that is not JSON; is {address} the right address?",
                inner: cause
            ),
            _ when textDelivered => Failure(
                ModelCallFailure.Interrupted,
                $"{provider} broke off in the middle of its answer.",
                inner: cause
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => Failure(
                ModelCallFailure.UnreadableReply,
                $"{provider} sent more than an answer can be.",
                inner: cause
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Failure(
                ModelCallFailure.Network,
                $"{provider} cannot be reached: the name {address.Host} is not known.",
                inner: cause
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Failure(
                ModelCallFailure.Network,
                $"{provider} cannot be reached at {address}: is the server running?",
                inner: cause
            ),
            _ => Failure(ModelCallFailure.Network, $"The connection to {provider} was lost.", inner: cause),
        };

    public ModelCallException CutShort(bool textDelivered) =>
        Failure(
            textDelivered ? ModelCallFailure.Interrupted : ModelCallFailure.Network,
            $"{provider} ended its stream before the answer was complete."
        );

    public ModelCallException TimedOut(TimeSpan timeout, bool textDelivered) =>
        Failure(
            textDelivered ? ModelCallFailure.Interrupted : ModelCallFailure.Timeout,
            string.Create(CultureInfo.InvariantCulture, $"{provider} was silent for {timeout.TotalSeconds:0.###} s.")
        );

    private ModelCallException Failure(
        ModelCallFailure kind,
        string message,
        int? status = null,
        TimeSpan? retryAfter = null,
        Exception? inner = null
    ) => new(provider, kind, Scrub(message), status, retryAfter, inner);

    private string Scrub(string text) =>
        key is { Length: > 0 } ? text.Replace(key, "[key]", StringComparison.Ordinal) : text;

    private static ModelCallFailure Kind(int status, ProviderError error) =>
        status switch
        {
            402 => ModelCallFailure.QuotaExhausted,
            400 or 403 or 429 when IsQuota(error.Detail) => ModelCallFailure.QuotaExhausted,
            400 when error.Detail.Contains("API key not valid", StringComparison.OrdinalIgnoreCase) =>
                ModelCallFailure.Unauthorized,
            401 or 403 => ModelCallFailure.Unauthorized,
            404 => ModelCallFailure.NotFound,
            408 or 409 => ModelCallFailure.ServerError,
            429 => ModelCallFailure.RateLimited,
            501 => ModelCallFailure.InvalidRequest,
            503 or 529 => ModelCallFailure.Overloaded,
            >= 500 => ModelCallFailure.ServerError,
            _ => ModelCallFailure.InvalidRequest,
        };

    private static bool IsQuota(string words) =>
        words.Contains("insufficient_quota", StringComparison.OrdinalIgnoreCase)
        || words.Contains("billing", StringComparison.OrdinalIgnoreCase)
        || words.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>retry-after-ms</c>, then <c>Retry-After</c> as seconds or as a date (RFC 9110, 10.2.3).</summary>
    private TimeSpan? WaitAsked(HttpResponseHeaders headers)
    {
        if (
            headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var ms)
            && ms is >= 0 and < 1e9
        )
            return TimeSpan.FromMilliseconds(ms);
        // Some servers send fractions of a second, which the typed header does not read.
        if (
            headers.TryGetValues("Retry-After", out values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 1e6
        )
            return TimeSpan.FromSeconds(seconds);
        if (headers.RetryAfter?.Date is not { } date)
            return null;
        var wait = date - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static ProviderError ReadError(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array)
                root = ((JsonElement?)root).Items().FirstOrDefault();
            if (root.Member("error").Text() is { } bare)
                return new ProviderError(Detail(null, bare), null);
            var error = root.Member("error") ?? root;
            var code = error.Text("code") ?? error.Text("type") ?? error.Text("status");
            var parameter = error.Text("param") is { } name ? $" (parameter {name})" : "";
            return new ProviderError(
                Detail(code, (error.Text("message") ?? error.Text("detail")) + parameter),
                RetryDelay(error)
            );
        }
        catch (JsonException)
        {
            return new ProviderError(Detail(null, body), null);
        }
    }

    /// <summary>Google's <c>RetryInfo</c> detail: <c>"retryDelay": "37s"</c>.</summary>
    private static TimeSpan? RetryDelay(JsonElement error)
    {
        foreach (var detail in error.Member("details").Items())
            if (
                detail.Text("retryDelay") is [.. var number, 's']
                && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= 0 and < 1e6
            )
                return TimeSpan.FromSeconds(seconds);
        return null;
    }

    private static string Detail(string? code, string? message)
    {
        var text = string.Join(": ", new[] { code, message }.Where(part => !string.IsNullOrWhiteSpace(part)));
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? "(no explanation)"
            : text.Length > LongestDetail ? text[..LongestDetail] + "..."
            : text;
    }

    private static async Task<string> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        var buffer = new char[LargestErrorBody];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken).ConfigureAwait(false);
        return new string(buffer, 0, length);
    }

    private readonly record struct ProviderError(string Detail, TimeSpan? RetryAfter);
}
