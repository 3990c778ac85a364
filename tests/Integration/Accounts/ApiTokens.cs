using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>The tokens of an API client, and requests that carry them.</summary>
public sealed record ApiTokens(string Access, string Refresh)
{
    private static readonly Uri Sessions = new("/api/auth/sessions", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Signs in by link and asks for tokens.</summary>
    public static async Task<ApiTokens> OfAsync(HeretixHost host, string email)
    {
        using var client = host.Visitor();
        var link = await client.AskForLinkAsync(host, email);
        using var answer = await client.Client.GetAsync($"{link}&tokens=true", Stop);
        return await ReadAsync(answer);
    }

    /// <summary>What a successful answer holds.</summary>
    public static async Task<ApiTokens> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            cookies.ShouldAllBe(cookie => cookie.StartsWith("heretix_link=;", StringComparison.Ordinal));
        var body = JsonDocument.Parse(text).RootElement;
        return new ApiTokens(
            body.GetProperty("access_token").GetString()!,
            body.GetProperty("refresh_token").GetString()!
        );
    }

    /// <summary>Shows a refresh token.</summary>
    public static async Task<HttpResponseMessage> ShowAsync(HeretixHost host, string? refresh)
    {
        using var client = host.Visitor();
        return await client.Client.PostAsJsonAsync("/api/auth/refresh", new { refresh_token = refresh }, Stop);
    }

    /// <summary>The next pair.</summary>
    public async Task<ApiTokens> NextAsync(HeretixHost host)
    {
        using var answer = await ShowAsync(host, Refresh);
        return await ReadAsync(answer);
    }

    /// <summary>What showing the refresh token is answered when it fails.</summary>
    public async Task<(HttpStatusCode Status, string? Error)> RefusalAsync(HeretixHost host)
    {
        using var answer = await ShowAsync(host, Refresh);
        return (answer.StatusCode, await AccountsHost.ErrorOf(answer));
    }

    /// <summary>What an endpoint that requires a user answers to the access token.</summary>
    public async Task<HttpStatusCode> StatusAsync(HeretixHost host)
    {
        using var answer = await SendAsync(host, HttpMethod.Get, Sessions);
        return answer.StatusCode;
    }

    /// <summary>Sends a request with the access token, from nowhere: without cookie, Origin and CSRF token.</summary>
    public async Task<HttpResponseMessage> SendAsync(HeretixHost host, HttpMethod method, Uri path)
    {
        using var client = host.Visitor();
        client.Origin = null;
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Access);
        return await client.Client.SendAsync(request, Stop);
    }
}
