using System.Net;
using System.Text.Json.Nodes;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;
using Heretix.Tests.Keys;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>The keys of an issuer: kept, rotated, asked for rarely, and an issuer that is slow, broken or dishonest.</summary>
public sealed class KeySetTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private const string Client = "client";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_are_fetched_once_and_again_after_an_hour()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        using var heard = new Heard(host);
        for (var number = 0; number < 5; number++)
            (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        heard.Counts["heretix.key_sets.fetched issuer=stub outcome=fetched"].ShouldBe(1);
        (issuer.Discoveries, issuer.KeySets).ShouldBe((1, 1));
        accounts.Time.Pass(TimeSpan.FromMinutes(59));
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        issuer.KeySets.ShouldBe(1);
        accounts.Time.Pass(TimeSpan.FromMinutes(2));
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        issuer.KeySets.ShouldBe(2);
    }

    [Fact]
    public async Task Many_who_come_first_cause_one_fetch()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        issuer.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, 10).Select(_ => OutcomeAsync(host, Token(issuer))).ToList();
        while (issuer.KeySets == 0)
            await Task.Delay(5, Stop);
        host.Connections.HeldNow.ShouldBe(0, "whoever waits for the issuer holds no connection");
        issuer.Hold.SetResult();
        (await Task.WhenAll(waiting)).ShouldAllBe(status => status == 200);
        issuer.KeySets.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_key_works_at_once_and_one_that_is_gone_ends_with_the_next_fetch()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        var old = issuer.Key;
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        issuer.Rotate();
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        issuer.KeySets.ShouldBe(2);
        (await OutcomeAsync(host, Token(issuer, old))).ShouldBe(401, "it is not among the keys any more");
        issuer.Rotate("ES256", forget: false);
        accounts.Time.Pass(TimeSpan.FromSeconds(61));
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
    }

    [Fact]
    public async Task Unknown_keys_have_the_issuer_asked_once_a_minute()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        for (var minute = 0; minute < 3; minute++)
        {
            for (var number = 0; number < 8; number++)
                (await OutcomeAsync(host, Token(issuer, StubKey.New("ES256", $"invented-{number}")))).ShouldBe(401);
            issuer.KeySets.ShouldBe(2 + minute);
            accounts.Time.Pass(TimeSpan.FromSeconds(61));
        }
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200, "the known key works all the while");
    }

    [Fact]
    public async Task Tokens_that_are_refused_anyway_fetch_nothing()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        var stranger = StubKey.New("RS256", "invented");
        var expired = Claims(issuer);
        expired["exp"] = 1;
        (await OutcomeAsync(host, stranger.Sign(expired))).ShouldBe(401);
        (await OutcomeAsync(host, stranger.Sign(ExternalHost.With(Claims(issuer), "aud", "another")))).ShouldBe(401);
        (issuer.Discoveries, issuer.KeySets).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_token_without_the_id_of_a_key_is_for_the_only_one_of_its_algorithm()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        string Anonymous()
        {
            var header = issuer.Key.Header();
            header.Remove("kid");
            return issuer.Key.Sign(Claims(issuer), header);
        }
        (await OutcomeAsync(host, Anonymous())).ShouldBe(200);
        issuer.Rotate("ES256", forget: false);
        accounts.Time.Pass(TimeSpan.FromSeconds(61));
        (await OutcomeAsync(host, Anonymous())).ShouldBe(200);
        issuer.Rotate("ES256", forget: false);
        accounts.Time.Pass(TimeSpan.FromHours(2));
        (await OutcomeAsync(host, Anonymous())).ShouldBe(401, "there are two now");
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_503_and_holds_up_nobody_else()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer, ("Heretix:Accounts:KeySetSeconds", "2"));
        issuer.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, 6).Select(_ => AnswerAsync(host, Token(issuer))).ToList();
        while (issuer.KeySets == 0)
            await Task.Delay(5, Stop);
        using (var other = await host.Client().GetAsync("/api/me", Stop))
            other.StatusCode.ShouldBe(HttpStatusCode.OK, "although more wait than there are connections");
        foreach (var answer in await Task.WhenAll(waiting))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 10);
            (await AccountsHost.ErrorOf(answer)).ShouldBe("issuer_unavailable");
            answer.Dispose();
        }
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(503);
        issuer.KeySets.ShouldBe(1, "it is left in peace for a while");
        issuer.Hold.SetResult();
        issuer.Hold = null;
        accounts.Time.Pass(TimeSpan.FromSeconds(11));
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
    }

    [Fact]
    public async Task Known_keys_stay_good_for_a_day_when_the_issuer_fails()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        issuer.KeySet = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        accounts.Time.Pass(TimeSpan.FromHours(2));
        for (var number = 0; number < 4; number++)
            (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        issuer.KeySets.ShouldBe(2, "a failure is not repeated within a minute");
        (await OutcomeAsync(host, Token(issuer, StubKey.New("RS256", "perhaps-new")))).ShouldBe(
            503,
            "nobody knows whether it is a new one"
        );
        accounts.Time.Pass(TimeSpan.FromHours(23));
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(503);
    }

    public static TheoryData<string> Lies =>
        [
            "another issuer",
            "no key set",
            "a key set in clear elsewhere",
            "no JSON",
            "garbage keys",
            "an empty set",
            "a huge body",
            "a redirect",
            "a small key",
            "a key for encryption",
            "a secret",
            "an issuer twice",
        ];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task An_issuer_that_lies_has_no_keys(string lie)
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        Lie(issuer, lie);
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(503, lie);
        issuer.Elsewhere.ShouldBe(0, "no redirect is followed");
        (issuer.Discovery, issuer.KeySet) = (null, null);
        accounts.Time.Pass(TimeSpan.FromSeconds(11));
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200, "it repents");
    }

    [Fact]
    public async Task Where_the_keys_are_can_be_said_and_nothing_is_discovered()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(
            issuer,
            ("Heretix:Accounts:Issuers:stub:KeySetUri", $"{issuer.Url}/keys")
        );
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
        (issuer.Discoveries, issuer.KeySets).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Keys_that_cannot_be_used_do_not_spoil_the_others()
    {
        await using var issuer = await IssuerStub.StartAsync();
        await using var host = await HostAsync(issuer);
        issuer.KeySet = context =>
        {
            var set = issuer.HonestKeys();
            var keys = set["keys"]!.AsArray();
            keys.Add(
                JsonNode.Parse("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")
            );
            keys.Add(JsonNode.Parse("""{"kty":"RSA","n":"!!","e":"AQAB"}"""));
            keys.Add(JsonNode.Parse("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"""));
            keys.Add("a text");
            return IssuerStub.WriteAsync(context, set);
        };
        (await OutcomeAsync(host, Token(issuer))).ShouldBe(200);
    }

    private static void Lie(IssuerStub issuer, string lie)
    {
        Func<HttpContext, Task> Json(JsonNode json) => context => IssuerStub.WriteAsync(context, json.DeepClone());
        Func<HttpContext, Task> Keys(JsonObject key) => Json(new JsonObject { ["keys"] = new JsonArray(key) });
        Func<HttpContext, Task> Text(string text) => context => context.Response.WriteAsync(text);
        var discovery = issuer.HonestDiscovery();
        var key = issuer.Key.Public();
        switch (lie)
        {
            case "another issuer":
                discovery["issuer"] = "https://accounts.google.com";
                issuer.Discovery = Json(discovery);
                break;
            case "no key set":
                discovery.Remove("jwks_uri");
                issuer.Discovery = Json(discovery);
                break;
            case "a key set in clear elsewhere":
                discovery["jwks_uri"] = "http://keys.example/keys";
                issuer.Discovery = Json(discovery);
                break;
            case "an issuer twice":
                issuer.Discovery = Text(discovery.ToJsonString().Insert(1, "\"issuer\":\"https://other.example\","));
                break;
            case "no JSON":
                issuer.KeySet = Text("<html>Maintenance</html>");
                break;
            case "garbage keys":
                issuer.KeySet = Text("""{"keys":[{"kty":"RSA"},17,null,{"kty":"EC","crv":"P-256","x":"","y":""}]}""");
                break;
            case "an empty set":
                issuer.KeySet = Text("""{"keys":[]}""");
                break;
            case "a huge body":
                issuer.KeySet = async context =>
                {
                    var chunk = new byte[64 * 1024];
                    for (var number = 0; number < 64; number++)
                        await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                };
                break;
            case "a redirect":
                issuer.KeySet = context =>
                {
                    context.Response.Redirect("/elsewhere");
                    return Task.CompletedTask;
                };
                break;
            case "a small key":
                issuer.KeySet = Keys(StubKey.New("RS256", issuer.Key.Id, bits: 1024).Public());
                break;
            case "a key for encryption":
                key["use"] = "enc";
                issuer.KeySet = Keys(key);
                break;
            case "a secret":
                issuer.KeySet = Keys(
                    new JsonObject
                    {
                        ["kty"] = "oct",
                        ["kid"] = issuer.Key.Id,
                        ["k"] = "c2VjcmV0",
                        ["alg"] = "RS256",
                    }
                );
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(lie), lie, null);
        }
    }

    private Task<HeretixHost> HostAsync(IssuerStub issuer, params (string Name, string Value)[] more)
    {
        var options = new Dictionary<string, string?>
        {
            ["Heretix:Accounts:Issuers:stub:Issuer"] = issuer.Url,
            ["Heretix:Accounts:Issuers:stub:Audiences"] = Client,
        };
        foreach (var (name, value) in more)
            options[name] = value;
        return accounts.AnotherAsync(options: options);
    }

    private JsonObject Claims(IssuerStub issuer) =>
        issuer.Claims(accounts.Time.GetUtcNow(), ExternalHost.NewSubject(), Client, AccountsHost.NewEmail());

    private string Token(IssuerStub issuer, StubKey? key = null) => (key ?? issuer.Key).Sign(Claims(issuer));

    private static async Task<int> OutcomeAsync(HeretixHost host, string token)
    {
        using var answer = await AnswerAsync(host, token);
        return (int)answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> AnswerAsync(HeretixHost host, string token)
    {
        using var visitor = host.Visitor();
        return await ExternalHost.SignInAsync(visitor, "stub", token);
    }
}
