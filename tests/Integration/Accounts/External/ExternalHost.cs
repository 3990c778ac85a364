using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>A server that trusts four stub issuers: Google, Apple, Clerk, and one of the operator's.</summary>
public sealed class ExternalHost(PostgresCluster postgres) : AccountsHost(postgres)
{
    public const string GoogleClient = "123.apps.example";
    public const string AppleClient = "org.example.app";
    public const string HouseClient = "heretix";
    public const string Party = "http://127.0.0.1:3000";

    private static int people;

    public IssuerStub Google { get; private set; } = null!;

    public IssuerStub Apple { get; private set; } = null!;

    public IssuerStub Clerk { get; private set; } = null!;

    public IssuerStub House { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static string NewSubject() =>
        string.Create(CultureInfo.InvariantCulture, $"subject-{Interlocked.Increment(ref people)}");

    public override async ValueTask InitializeAsync()
    {
        Google = await IssuerStub.StartAsync();
        Apple = await IssuerStub.StartAsync();
        Clerk = await IssuerStub.StartAsync();
        House = await IssuerStub.StartAsync();
        House.Rotate("ES256");
        await base.InitializeAsync();
    }

    private protected override Dictionary<string, string?> Options() =>
        new(base.Options().Concat(Configuration()), StringComparer.OrdinalIgnoreCase);

    /// <summary>What tells a server about the stubs.</summary>
    public Dictionary<string, string?> Configuration() =>
        new()
        {
            ["GOOGLE_CLIENT_ID"] = $"other.apps.example, {GoogleClient}",
            ["Heretix:Accounts:Issuers:google:Issuer"] = Google.Url,
            ["APPLE_CLIENT_ID"] = AppleClient,
            ["Heretix:Accounts:Issuers:apple:Issuer"] = Apple.Url,
            ["CLERK_ISSUER"] = Clerk.Url,
            ["Heretix:Accounts:Issuers:house:Issuer"] = House.Url,
            ["Heretix:Accounts:Issuers:house:Audiences"] = HouseClient,
            ["Heretix:Accounts:Issuers:house:RequireNonce"] = "true",
            ["Heretix:Accounts:Issuers:house:VerifiesEmail"] = "false",
        };

    /// <summary>An honest ID token of Google's stub.</summary>
    public string GoogleToken(string subject, string? email) =>
        Google.Sign(Google.Claims(Time.GetUtcNow(), subject, GoogleClient, email));

    /// <summary>An honest ID token of Apple's stub.</summary>
    public string AppleToken(string subject, string? email = null, string? nonce = null) =>
        Apple.Sign(With(Apple.Claims(Time.GetUtcNow(), subject, AppleClient, email), "nonce", nonce));

    /// <summary>An honest ID token of the operator's issuer.</summary>
    public string HouseToken(string subject, string? email = null, string? nonce = null) =>
        House.Sign(With(House.Claims(Time.GetUtcNow(), subject, HouseClient, email), "nonce", nonce));

    /// <summary>The claims of a session token of Clerk's stub, which has no audience and no address.</summary>
    public JsonObject ClerkClaims(string subject)
    {
        var claims = Clerk.Claims(Time.GetUtcNow(), subject, "");
        claims.Remove("aud");
        claims["azp"] = Party;
        claims["sid"] = "sess_1";
        return claims;
    }

    /// <summary>An honest session token of Clerk's stub.</summary>
    public string ClerkToken(string subject) => Clerk.Sign(ClerkClaims(subject));

    public static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        if (value is null)
            claims.Remove(name);
        else
            claims[name] = value;
        return claims;
    }

    /// <summary>Shows an ID token to one of the endpoints that sign in.</summary>
    public static Task<HttpResponseMessage> SignInAsync(
        Visitor visitor,
        string issuer,
        string? token,
        string? nonce = null,
        bool tokens = false
    ) =>
        visitor.Client.PostAsJsonAsync(
            $"/api/auth/{(issuer is "google" or "apple" ? issuer : "external/" + issuer)}{(tokens ? "?tokens=true" : "")}",
            new { id_token = token, nonce },
            Stop
        );

    /// <summary>What is answered to an ID token that is shown by somebody new; null for a session.</summary>
    public async Task<(int Status, string? Error)> OutcomeAsync(string issuer, string? token)
    {
        using var visitor = Host.Visitor();
        using var answer = await SignInAsync(visitor, issuer, token);
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : await ErrorOf(answer));
    }

    /// <summary>A request with the token of an issuer, from nowhere.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        HeretixHost host,
        string token,
        string path = "/api/me",
        HttpMethod? method = null,
        object? body = null
    )
    {
        using var client = host.Visitor();
        client.Origin = null;
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await client.Client.SendAsync(request, Stop);
    }

    public Task<long> CountAsync(string from) => ScalarAsync<long>($"select count(*) from {from}");

    public Task<Guid> UserOfAsync(string subject) =>
        ScalarAsync<Guid>($"select user_id from accounts.external_identities where subject = '{subject}'");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var stub in (IssuerStub[])[Google, Apple, Clerk, House])
            await stub.DisposeAsync();
    }
}
