using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Heretix.Tests.Integration.Load;

/// <summary>A browser on a running server: it keeps cookies and sends the CSRF token and Origin as our pages do.</summary>
public sealed partial class VirtualUser : IDisposable
{
    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly CookieContainer cookies = new();
    private readonly HttpClient http;

    /// <param name="server">The server, or the first of several that share a database.</param>
    public VirtualUser(Uri server)
    {
        http = new HttpClient(
            new SocketsHttpHandler
            {
                CookieContainer = cookies,
                AllowAutoRedirect = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            }
        )
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>The address of the user when signed in.</summary>
    public string? Email { get; private set; }

    /// <summary>Sends a request to the server, or to another one with the same cookies.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        object? body = null,
        Uri? server = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    )
    {
        var target = new Uri(server ?? http.BaseAddress!, path);
        var request = new HttpRequestMessage(method, target);
        if (body is not null)
            // As it is written: K, R and B are capitals on the wire.
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Default);
        if (method != HttpMethod.Get)
        {
            request.Headers.Add("Origin", target.GetLeftPart(UriPartial.Authority));
            if (cookies.GetCookies(http.BaseAddress!)["heretix_csrf"] is { } csrf)
                request.Headers.Add("X-CSRF-Token", csrf.Value);
        }
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return http.SendAsync(request, cancellationToken);
    }

    /// <summary>Begins to sign in by link, for tokens: what who has a second factor is answered.</summary>
    /// <param name="email">A known address.</param>
    /// <param name="dataFolder">The data folder of the server that sends the mail.</param>
    public async Task<JsonElement> FirstStepAsync(string email, string dataFolder, CancellationToken cancellationToken)
    {
        using var followed = await FollowAsync(email, dataFolder, "&tokens=true", cancellationToken);
        return JsonElement.Parse(await followed.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Signs in by link: asks for one, takes it out of the local outbox and follows it.</summary>
    /// <param name="email">A fresh or known address.</param>
    /// <param name="dataFolder">The data folder of the server that sends the mail.</param>
    public async Task SignInAsync(string email, string dataFolder, CancellationToken cancellationToken)
    {
        using var followed = await FollowAsync(email, dataFolder, "", cancellationToken);
        if (followed.StatusCode != HttpStatusCode.SeeOther)
            throw new HttpRequestException(
                $"the link answered {followed.StatusCode}",
                inner: null,
                statusCode: followed.StatusCode
            );
        Email = email;
    }

    private async Task<HttpResponseMessage> FollowAsync(
        string email,
        string dataFolder,
        string query,
        CancellationToken cancellationToken
    )
    {
        var before = Messages(dataFolder).ToHashSet(StringComparer.Ordinal);
        using var asked = await SendAsync(
            HttpMethod.Post,
            "/api/auth/magic-links",
            new { email },
            cancellationToken: cancellationToken
        );
        asked.EnsureSuccessStatusCode();
        var link = await LinkAsync(email, dataFolder, before, cancellationToken);
        return await http.GetAsync(new Uri(http.BaseAddress!, link + query), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    /// <summary>The path and query of a link that was mailed to the address after <paramref name="before"/> was listed.</summary>
    /// <exception cref="TimeoutException">No such mail came in time.</exception>
    private static async Task<string> LinkAsync(
        string email,
        string dataFolder,
        HashSet<string> before,
        CancellationToken cancellationToken
    )
    {
        for (var waited = TimeSpan.Zero; waited < MailPatience; waited += Look)
        {
            foreach (var file in Messages(dataFolder).Where(file => !before.Contains(file)))
            {
                var text = await TextOfAsync(file, email, cancellationToken);
                if (text is not null && Link().Match(text) is { Success: true } found)
                    return found.Value;
            }
            await Task.Delay(Look, cancellationToken);
        }
        throw new TimeoutException($"no link for {email} was mailed within {MailPatience}");
    }

    private static string[] Messages(string dataFolder)
    {
        var outbox = Path.Combine(dataFolder, "outbox");
        return Directory.Exists(outbox) ? Directory.GetFiles(outbox, "*.json") : [];
    }

    private static async Task<string?> TextOfAsync(string file, string email, CancellationToken cancellationToken)
    {
        try
        {
            using var message = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
            return message.RootElement.GetProperty("to").GetString() == email
                ? message.RootElement.GetProperty("text").GetString()
                : null;
        }
        catch (FileNotFoundException)
        {
            return null; // The outbox keeps only the newest messages.
        }
    }

    [GeneratedRegex(@"/api/auth/callback\?token=\S+")]
    private static partial Regex Link();
}
