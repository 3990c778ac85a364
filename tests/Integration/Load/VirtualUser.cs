using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Load;

/// <summary>A browser on a running server: it keeps cookies and sends the CSRF token and Origin as our pages do.</summary>
public sealed partial class VirtualUser : IDisposable
{
    private readonly CookieContainer cookies;
    private readonly HttpClient http;

    /// <param name="server">The server, or the first of several that share a database.</param>
    /// <param name="before">The same browser before its server was started anew; null for another browser.</param>
    public VirtualUser(Uri server, VirtualUser? before = null)
    {
        cookies = before?.cookies ?? new CookieContainer();
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
        using var followed = await FollowAsync(
            "/api/auth/magic-links",
            email,
            new { email },
            dataFolder,
            "&tokens=true",
            cancellationToken
        );
        return JsonElement.Parse(await followed.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Signs in by link: asks for one, takes it out of the local outbox and follows it.</summary>
    /// <param name="email">A fresh or known address.</param>
    /// <param name="dataFolder">The data folder of the server that sends the mail.</param>
    public Task SignInAsync(string email, string dataFolder, CancellationToken cancellationToken) =>
        ByLinkAsync("/api/auth/magic-links", email, new { email }, dataFolder, cancellationToken);

    /// <summary>Makes an account with a password, in the same way.</summary>
    /// <param name="email">A fresh address.</param>
    /// <param name="password">The password.</param>
    /// <param name="dataFolder">The data folder of the server that sends the mail.</param>
    public Task RegisterAsync(string email, string password, string dataFolder, CancellationToken cancellationToken) =>
        ByLinkAsync("/api/auth/register", email, new { email, password }, dataFolder, cancellationToken);

    private async Task ByLinkAsync(
        string path,
        string email,
        object body,
        string dataFolder,
        CancellationToken cancellationToken
    )
    {
        using var followed = await FollowAsync(path, email, body, dataFolder, "", cancellationToken);
        if (followed.StatusCode != HttpStatusCode.SeeOther)
            throw new HttpRequestException(
                $"the link answered {followed.StatusCode}",
                inner: null,
                statusCode: followed.StatusCode
            );
        Email = email;
    }

    private async Task<HttpResponseMessage> FollowAsync(
        string path,
        string email,
        object body,
        string dataFolder,
        string query,
        CancellationToken cancellationToken
    )
    {
        var outbox = new OutboxFolder(dataFolder);
        using var asked = await SendAsync(HttpMethod.Post, path, body, cancellationToken: cancellationToken);
        asked.EnsureSuccessStatusCode();
        // Mails that tell of something may come before the one with the link.
        Match link;
        do link = Link().Match(await outbox.NextAsync(email, cancellationToken));
        while (!link.Success);
        return await http.GetAsync(new Uri(http.BaseAddress!, link.Value + query), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    [GeneratedRegex(@"/api/auth/callback\?token=\S+")]
    private static partial Regex Link();
}
