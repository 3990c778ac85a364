using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Mail;

/// <summary>
/// Sends by Postmark's <c>POST /email</c>. It is asked again only when it certainly did not take the message: when no
/// connection came about, or when it answered 429 or 5xx. Postmark knows no idempotency key, so an answer that is missing
/// is a failure and not a reason to send twice.
/// </summary>
internal sealed class PostmarkMailer : IMailer, IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(5);
    private readonly string token;
    private readonly string from;
    private readonly MailOptions options;
    private readonly TimeProvider time;

    private readonly HttpClient http = new(
        new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10), AllowAutoRedirect = false }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public PostmarkMailer(ServerSettings settings, IOptions<MailOptions> options, TimeProvider time)
    {
        token = settings.Configuration["POSTMARK_TOKEN"]!;
        from = settings.Configuration["SMTP_FROM"] ?? "";
        this.options = options.Value;
        this.time = time;
    }

    public async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.MailTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var delay = options.MailRetryDelay;
            for (var attempt = 1; ; attempt++, delay *= 2)
            {
                var (done, retryAfter) = await TryAsync(message, attempt == Attempts, both.Token);
                if (done)
                    return;
                await Task.Delay(retryAfter ?? delay, time, both.Token);
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailException($"Postmark did not answer within {options.MailTimeout.TotalSeconds:0.#} s.", late);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<(bool Done, TimeSpan? RetryAfter)> TryAsync(
        MailMessage message,
        bool last,
        CancellationToken stop
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.PostmarkAddress, "/email"));
        request.Headers.Add("X-Postmark-Server-Token", token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = new ByteArrayContent(
            JsonSerializer.SerializeToUtf8Bytes(
                new PostmarkMessage(
                    from,
                    message.To,
                    message.Subject,
                    message.Text,
                    options.PostmarkStream,
                    message.Kind
                ),
                PostmarkJson.Default.PostmarkMessage
            )
        );
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var answer = await http.SendAsync(request, stop);
            var busy = answer.StatusCode == HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500;
            if (busy && !last)
                return (false, RetryAfter(answer));
            await RequireSuccessAsync(answer, stop);
            return (true, null);
        }
        catch (HttpRequestException unreachable)
        {
            if (
                !last
                && unreachable.HttpRequestError
                    is HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
            )
                return (false, null);
            throw new MailException("Postmark cannot be reached, or broke the connection off.", unreachable);
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter?.Delta is { } delta ? (delta < LongestRetryAfter ? delta : LongestRetryAfter) : null;

    private static async Task RequireSuccessAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        PostmarkAnswer? said = null;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(stop);
            said = await JsonSerializer.DeserializeAsync(body, PostmarkJson.Default.PostmarkAnswer, stop);
        }
        catch (JsonException)
        {
            // A proxy's page, for example; the status is all that is known.
        }
        if (answer.IsSuccessStatusCode && said is null or { ErrorCode: 0 })
            return;
        // Postmark's own sentence may repeat the recipient, so it is not passed on.
        throw new MailException(Meaning(answer.StatusCode, said?.ErrorCode))
        {
            Permanent = answer.StatusCode == HttpStatusCode.UnprocessableEntity && said?.ErrorCode is 300 or 406,
        };
    }

    /// <summary>Codes of Postmark's handbook (API error codes).</summary>
    private static string Meaning(HttpStatusCode status, int? code) =>
        code switch
        {
            10 => "Postmark does not know the token: check POSTMARK_TOKEN (error 10).",
            300 => "Postmark takes the recipient or the sender for no address (error 300).",
            400 or 401 => $"Postmark has not confirmed the sender: confirm the signature of SMTP_FROM (error {code}).",
            405 => "Postmark's account has used up what it may send (error 405).",
            406 => "Postmark does not send to this recipient any more, after a bounce or a complaint (error 406).",
            412 => "Postmark's account is not approved for this recipient yet (error 412).",
            1235 => "Postmark does not know the message stream: check Heretix:Platform:PostmarkStream (error 1235).",
            null => $"Postmark answered HTTP {(int)status}.",
            _ => $"Postmark refused the message (HTTP {(int)status}, error {code}).",
        };
}

/// <summary>What Postmark is sent. Links and opens are not tracked: a sign-in link must lead where it says.</summary>
internal sealed record PostmarkMessage(
    string From,
    string To,
    string Subject,
    string TextBody,
    string MessageStream,
    string Tag,
    bool TrackOpens = false,
    string TrackLinks = "None"
);

/// <summary>What Postmark says.</summary>
internal sealed record PostmarkAnswer(int ErrorCode);

[JsonSerializable(typeof(PostmarkMessage))]
[JsonSerializable(typeof(PostmarkAnswer))]
internal sealed partial class PostmarkJson : JsonSerializerContext;
