using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Http;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Walk;

/// <summary>
/// A walk over every operation of the API document, as nobody, with identities that have ended, and as somebody else: what
/// needs a user answers 401, what is another's answers 404, and whatever answers tells nothing and changes nothing of
/// theirs. An operation that comes later is walked too, and has to be named here when it serves everybody.
/// </summary>
public sealed class EveryEndpointTests(AccountsHost accounts, PostgresCluster postgres) : IClassFixture<AccountsHost>
{
    private const string Claim = "The walker keeps bees";

    /// <summary>What serves whoever comes; a proof of its own stands in the request, or nothing of anybody's is answered.</summary>
    private static readonly HashSet<string> Open =
    [
        "GET /api/account/restore",
        "POST /api/account/restore",
        "POST /api/account/restore/confirm",
        "POST /api/auth/apple",
        "GET /api/auth/callback",
        "POST /api/auth/callback",
        "GET /api/auth/csrf",
        "POST /api/auth/external/{issuer}",
        "POST /api/auth/forgot-password",
        "POST /api/auth/google",
        "POST /api/auth/login",
        "POST /api/auth/magic-links",
        "POST /api/auth/nonce",
        "POST /api/auth/refresh",
        "POST /api/auth/register",
        "GET /api/auth/reset-password",
        "POST /api/auth/reset-password",
        "POST /api/auth/reset-password/confirm",
        "POST /api/auth/signout",
        "GET /api/auth/totp/challenge",
        "POST /api/auth/totp/challenge",
        "POST /api/auth/totp/verify",
        "GET /api/billing/plans",
        "POST /api/razorpay/webhook",
        "POST /api/revenuecat/webhook",
        "POST /api/stripe/webhook",
        "GET /api/checks",
        "GET /api/checks/models",
        "POST /api/checks/run",
        "GET /api/checks/{id}",
        "GET /api/credits/packages",
        "DELETE /api/checks/{id}",
        "GET /api/me",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
    ];

    /// <summary>Where the thing lies that a path names.</summary>
    private static readonly Dictionary<string, string> Named = new()
    {
        ["/api/auth/devices/{id}"] = "accounts.devices",
        ["/api/auth/identities/{id}"] = "accounts.external_identities",
        ["/api/auth/sessions/{id}"] = "accounts.sessions",
        ["/api/checks/{id}"] = "checks.checks",
        ["/api/payments/orders/{id}"] = "billing.payment_orders",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_an_identity_or_with_one_that_has_ended_nothing_of_a_user_is_reached()
    {
        var alice = await AliceAsync();
        var operations = await Operation.AllAsync(accounts.Host);
        operations.Select(operation => operation.ToString()).Intersect(Open).ShouldBe(Open, ignoreOrder: true);
        var way = new List<string>();
        foreach (var (name, identity) in await EndedAsync(alice))
        {
            foreach (var operation in operations)
            {
                using var stranger = accounts.Host.Visitor();
                using var request = operation.Request(await NameAsync(operation, alice));
                identity(stranger, request);
                using var answer = await stranger.Client.SendAsync(request, Stop);
                if (!Open.Contains(operation.ToString()) && answer.StatusCode != HttpStatusCode.Unauthorized)
                    way.Add($"{operation} with {name}: {(int)answer.StatusCode}");
                await LookAsync(answer, alice, $"{operation} with {name}", way);
            }
            (await alice.Belongings.ReadAsync()).ShouldBe(alice.Before, $"something changed with {name}");
        }
        way.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_an_identity_of_ones_own_nothing_of_somebody_else_is_reached(bool byToken)
    {
        var alice = await AliceAsync();
        var way = new List<string>();
        var bob = await BobAsync(byToken);
        foreach (var operation in await Operation.AllAsync(accounts.Host))
        {
            if (await bob.StatusAsync() != HttpStatusCode.OK)
                bob = await BobAsync(byToken);
            using var request = operation.Request(await NameAsync(operation, alice));
            using var answer = await bob.SendAsync(request);
            if (operation.NamesSomething && answer.StatusCode != HttpStatusCode.NotFound)
                way.Add($"{operation}: {(int)answer.StatusCode}");
            await LookAsync(answer, alice, $"{operation}", way);
            (await alice.Belongings.ReadAsync()).ShouldBe(alice.Before, $"{operation} changed something");
        }
        way.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_owner_reaches_what_the_others_do_not()
    {
        var alice = await AliceAsync();
        foreach (
            var operation in (await Operation.AllAsync(accounts.Host)).Where(operation => operation.NamesSomething)
        )
        {
            if (operation.Method != HttpMethod.Get)
                continue;
            using var request = operation.Request(await NameAsync(operation, alice));
            using var answer = await alice.Visitor.Client.SendAsync(request, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{operation}");
            (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain(alice.Marks, $"{operation}");
        }
    }

    /// <summary>What the path of an operation names: a thing of Alice's, or an issuer.</summary>
    private static async Task<string?> NameAsync(Operation operation, Alice alice) =>
        !operation.NamesSomething ? null
        : operation.Path.EndsWith("{issuer}", StringComparison.Ordinal) ? "google"
        : $"{await alice.Belongings.IdAsync(Named[operation.Path])}";

    /// <summary>Somebody who has one of everything.</summary>
    private sealed record Alice(
        string Email,
        Visitor Visitor,
        Belongings Belongings,
        string Before,
        IReadOnlyList<string> Marks
    );

    private async Task<Alice> AliceAsync()
    {
        var email = AccountsHost.NewEmail();
        var visitor = await accounts.Host.SignedInVisitorAsync(email);
        using var check = await visitor.Client.PostAsJsonAsync(
            "/api/checks/run",
            new
            {
                claim = Claim,
                mock = true,
                k = 4,
                r = 1,
            },
            Stop
        );
        check.StatusCode.ShouldBe(HttpStatusCode.OK, await check.Content.ReadAsStringAsync(Stop));
        var id = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        await accounts.ExecuteAsync(
            $"""
            insert into accounts.external_identities
                (id, user_id, issuer, subject, email, email_verified, created_at, last_used_at)
            values (gen_random_uuid(), '{id}', 'https://issuer.example', 'subject of {email}', '{email}', true, now(), now());
            insert into billing.payment_orders (id, user_id, package_id, provider, provider_order_id, amount, currency,
                coins, status, idempotency_key, flagged, created_at, updated_at, checks)
            values (gen_random_uuid(), '{id}', gen_random_uuid(), 'razorpay', 'order_' || gen_random_uuid(), 39900, 'INR',
                400, 'pending', 'key of {email}', false, now(), now(), 0)
            """
        );
        var belongings = new Belongings(postgres, accounts.Database, id);
        return new Alice(
            email,
            visitor,
            belongings,
            await belongings.ReadAsync(),
            await belongings.MarksAsync(email, Claim)
        );
    }

    /// <summary>Somebody else, who is signed in.</summary>
    private sealed record Bob(Visitor Visitor, ApiTokens? Tokens)
    {
        public async Task<HttpStatusCode> StatusAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/auth/sessions");
            using var answer = await SendAsync(request);
            return answer.StatusCode;
        }

        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            if (Tokens is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Access);
            return Visitor.Client.SendAsync(request, Stop);
        }
    }

    private async Task<Bob> BobAsync(bool byToken) =>
        byToken
            ? new Bob(accounts.Host.Visitor(), await ApiTokens.OfAsync(accounts.Host, AccountsHost.NewEmail()))
            : new Bob(await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail()), null);

    /// <summary>
    /// Identities that are none, or none any more. They were somebody else's: an identity of Alice's that ended would have
    /// changed what she has.
    /// </summary>
    private async Task<IReadOnlyList<(string Name, Action<Visitor, HttpRequestMessage> Present)>> EndedAsync(
        Alice alice
    )
    {
        var email = AccountsHost.NewEmail();
        var live = await ApiTokens.OfAsync(accounts.Host, email);
        using var browser = await accounts.Host.SignedInVisitorAsync(email);
        var session = browser.Cookie("heretix_session")!;

        using var ended = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var signedOut = ended.Cookie("heretix_session")!;
        using (var answer = await ended.Client.PostAsync("/api/auth/signout".Relative(), null, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var loggedOut = await ApiTokens.OfAsync(accounts.Host, AccountsHost.NewEmail());
        using (var answer = await loggedOut.SendAsync(accounts.Host, HttpMethod.Post, "/api/auth/logout".Relative()))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var leaving = AccountsHost.NewEmail();
        using var left = await accounts.Host.SignedInVisitorAsync(leaving);
        var (leftSession, leftTokens) = (
            left.Cookie("heretix_session")!,
            await ApiTokens.OfAsync(accounts.Host, leaving)
        );
        using (var answer = await left.LeaveAsync())
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var old = AccountsHost.NewEmail();
        using var idle = await accounts.Host.SignedInVisitorAsync(old);
        var (expired, expiredTokens) = (idle.Cookie("heretix_session")!, await ApiTokens.OfAsync(accounts.Host, old));
        await accounts.ExecuteAsync(
            $"""
            update accounts.sessions set
                expires_at = now() - interval '1 day', token_expires_at = case when token_expires_at is null then null else now() - interval '1 day' end
            where user_id = (select id from accounts.users where email = '{old}')
            """
        );
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{alice.Email}:"));
        return
        [
            ("nothing", (_, _) => { }),
            ("a session that never was", Cookie(new string('A', 43))),
            ("a token that never was", Bearer(new string('A', 43))),
            ("a session that was signed out", Cookie(signedOut)),
            ("a token that was logged out", Bearer(loggedOut.Access)),
            ("a session that expired", Cookie(expired)),
            ("a token that expired", Bearer(expiredTokens.Access)),
            ("a session of an account that was left", Cookie(leftSession)),
            ("a token of an account that was left", Bearer(leftTokens.Access)),
            ("a refresh token in the place of an access token", Bearer(live.Refresh)),
            ("the token of a session in the place of an access token", Bearer(session)),
            ("an access token in the place of a session", Cookie(live.Access)),
            ("the id of the user", Bearer($"{await alice.Belongings.IdAsync("accounts.sessions")}")),
            ("a name and no password", (_, request) => request.Headers.Authorization = new("Basic", basic)),
            ("a token without a signature", Bearer(Unsigned(alice))),
        ];
    }

    private static Action<Visitor, HttpRequestMessage> Cookie(string session) =>
        (visitor, _) => visitor.Plant("heretix_session", session);

    private static Action<Visitor, HttpRequestMessage> Bearer(string token) =>
        (_, request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    /// <summary>A JWT that says who it is and proves nothing.</summary>
    private static string Unsigned(Alice alice)
    {
        static string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        return $"{Part("""{"alg":"none","typ":"JWT"}""")}.{Part($$"""{"sub":"{{alice.Email}}","email":"{{alice.Email}}","email_verified":true}""")}.";
    }

    private static bool IsOfPayments(string what) =>
        what.Contains("/webhook", StringComparison.Ordinal)
        || what.Contains(" /api/billing/", StringComparison.Ordinal);

    private static async Task LookAsync(HttpResponseMessage answer, Alice alice, string what, List<string> way)
    {
        // 503 says that no provider of payments is configured here.
        if (
            (int)answer.StatusCode >= 500
            && !(answer.StatusCode == HttpStatusCode.ServiceUnavailable && IsOfPayments(what))
        )
            way.Add($"{what}: {(int)answer.StatusCode}");
        var text = await answer.Content.ReadAsStringAsync(Stop) + answer.Headers + answer.Content.Headers;
        // The request that was made is named by its error, and it named the thing itself.
        var path = answer.RequestMessage!.RequestUri!.AbsolutePath;
        if (
            alice.Marks.FirstOrDefault(mark =>
                text.Replace(path, "", StringComparison.Ordinal).Contains(mark, StringComparison.OrdinalIgnoreCase)
            ) is
            { } told
        )
            way.Add($"{what}: tells {told}");
    }
}

file static class Several
{
    /// <summary>At least one of them is in the text.</summary>
    public static void ShouldContain(this string text, IReadOnlyList<string> marks, string about) =>
        marks.Any(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)).ShouldBeTrue(about);
}
