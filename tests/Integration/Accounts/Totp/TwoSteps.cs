using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>Signing in in two steps, as people and programs do.</summary>
internal static class TwoSteps
{
    public const string Password = "correct horse battery";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Somebody with a second factor: the browser in which it was set up, and the app.</summary>
    public static async Task<(string Email, Visitor Browser, Authenticator App)> SetUpAsync(
        this AccountsHost accounts,
        HeretixHost? host = null
    )
    {
        var email = AccountsHost.NewEmail();
        var browser = await (host ?? accounts.Host).SignedInVisitorAsync(email);
        var app = await Authenticator.SetUpAsync(browser, accounts.Time);
        (await (host ?? accounts.Host).NoticeAsync(email)).ShouldBe("totp_enabled");
        return (email, browser, app);
    }

    /// <summary>The kind of the next mail to an address.</summary>
    public static async Task<string> NoticeAsync(this HeretixHost host, string email) =>
        (await host.Services.GetRequiredService<CapturedMail>().NextAsync(email)).Kind;

    /// <summary>The first step of a browser, by link; it has the challenge in its cookie.</summary>
    public static async Task<Visitor> FirstStepAsync(this HeretixHost host, string email)
    {
        var visitor = host.Visitor();
        using var answer = await visitor.Client.GetAsync(await visitor.AskForLinkAsync(host, email), Stop);
        var asked = await NeededAsync(answer);
        asked.GetProperty("challenge").ValueKind.ShouldBe(JsonValueKind.Null, "a browser has it in the cookie");
        visitor.Cookie("heretix_challenge").ShouldNotBeNull();
        visitor.Cookie("heretix_session").ShouldBeNull();
        return visitor;
    }

    /// <summary>The first step of an API client, by link: the challenge.</summary>
    public static async Task<string> FirstStepForTokensAsync(this HeretixHost host, string email)
    {
        using var visitor = host.Visitor();
        var link = await visitor.AskForLinkAsync(host, email);
        using var answer = await visitor.Client.GetAsync($"{link}&tokens=true", Stop);
        visitor.Cookie("heretix_challenge").ShouldBeNull();
        return (await NeededAsync(answer)).GetProperty("challenge").GetString()!;
    }

    /// <summary>What a first step is answered that needs a second.</summary>
    public static async Task<JsonElement> NeededAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, text);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var body = JsonElement.Parse(text);
        body.GetProperty("error").GetString().ShouldBe("second_factor_required");
        body.GetProperty("expires_at").GetString()!.ShouldEndWith("Z");
        return body;
    }

    /// <summary>The second step.</summary>
    public static Task<HttpResponseMessage> VerifyAsync(this Visitor visitor, string code, string? challenge = null) =>
        visitor.Client.PostAsJsonAsync(
            "/api/auth/totp/verify",
            challenge is null ? (object)new { code } : new { challenge, code },
            Stop
        );

    /// <summary>The second step of an API client.</summary>
    public static async Task<HttpResponseMessage> VerifyAsync(this HeretixHost host, string code, string challenge)
    {
        using var visitor = host.Visitor();
        return await visitor.VerifyAsync(code, challenge);
    }

    /// <summary>Status and code of an answer.</summary>
    public static async Task<(int Status, string? Error)> OutcomeAsync(this Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return ((int)answer.StatusCode, (int)answer.StatusCode < 400 ? null : await AccountsHost.ErrorOf(answer));
    }

    /// <summary>What an endpoint for signed-in people answers the visitor.</summary>
    public static async Task<int> StatusAsync(this Visitor visitor, string path = "/api/auth/sessions")
    {
        using var answer = await visitor.Client.GetAsync(path, Stop);
        return (int)answer.StatusCode;
    }

    /// <summary>Sends a JSON body.</summary>
    public static Task<HttpResponseMessage> PostAsync(this Visitor visitor, string path, object body) =>
        visitor.Client.PostAsJsonAsync(path, body, Stop);

    /// <summary>Opens an address as a browser does that shows pages.</summary>
    public static async Task<HttpResponseMessage> NavigateAsync(
        this Visitor visitor,
        string address,
        HttpContent? form = null,
        string? origin = "http://127.0.0.1:8000"
    )
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, address)
        {
            Content = form,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        if (form is not null && origin is not null)
            request.Headers.Add("Origin", origin);
        return await visitor.Client.SendAsync(request, Stop);
    }

    /// <summary>Chooses a password by mail.</summary>
    public static async Task SetPasswordAsync(this HeretixHost host, string email, string password = Password)
    {
        using var visitor = host.Visitor();
        using (var asked = await visitor.PostAsync("/api/auth/forgot-password", new { email }))
            asked.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var mail = await host.Services.GetRequiredService<CapturedMail>().NextAsync(email);
        mail.Kind.ShouldBe("password_reset");
        var token = mail.Text.Split("token=")[1].Split('\n')[0].Trim();
        using var set = await visitor.PostAsync("/api/auth/reset-password", new { token, password });
        set.StatusCode.ShouldBe(HttpStatusCode.NoContent, await set.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>The first step of a browser, by password.</summary>
    public static async Task<(Visitor Visitor, HttpResponseMessage Answer)> LoginAsync(
        this HeretixHost host,
        string email,
        bool tokens = false,
        string password = Password
    )
    {
        var visitor = host.Visitor();
        return (
            visitor,
            await visitor.PostAsync(tokens ? "/api/auth/login?tokens=true" : "/api/auth/login", new { email, password })
        );
    }
}
