using System.Net;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>However many come first at once, to however many servers: one user, one identity, one welcome.</summary>
public sealed class FirstArrivalTests(PostgresCluster postgres) : IAsyncLifetime
{
    private const string Client = "client";

    private readonly ProbeModule probe = new();
    private string database = "";
    private IssuerStub issuer = null!;
    private HeretixHost first = null!;
    private HeretixHost second = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        issuer = await IssuerStub.StartAsync();
        database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(database, ProbeModule.Table);
        first = await HeretixHost.StartAsync(postgres.Url(database), options: Options(issuer), services: probe.AddTo);
        second = await HeretixHost.StartAsync(postgres.Url(database), options: Options(issuer), services: probe.AddTo);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task Of_twenty_parallel_first_sign_ins_on_two_servers_one_makes_the_user()
    {
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async number =>
                {
                    using var visitor = (number % 2 == 0 ? first : second).Visitor();
                    using var answer = await ExternalHost.SignInAsync(visitor, "stub", Token("ada", "ada@example.org"));
                    return answer.StatusCode;
                })
        );
        statuses.ShouldAllBe(status => status == HttpStatusCode.OK);
        await ShouldHaveOneOfEachAsync(sessions: 20);
    }

    [Fact]
    public async Task Of_twenty_parallel_first_requests_with_a_bearer_one_makes_the_user()
    {
        var token = Token("ada", null);
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async number =>
                {
                    using var answer = await ExternalHost.SendAsync(number % 2 == 0 ? first : second, token);
                    return answer.StatusCode;
                })
        );
        statuses.ShouldAllBe(status => status == HttpStatusCode.OK);
        await ShouldHaveOneOfEachAsync(sessions: 0);
    }

    [Fact]
    public async Task Twenty_identities_with_one_new_address_are_one_user()
    {
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async number =>
                {
                    using var visitor = (number % 2 == 0 ? first : second).Visitor();
                    var token = Token($"ada-{number}", "ada@example.org");
                    using var answer = await ExternalHost.SignInAsync(visitor, "stub", token);
                    return answer.StatusCode;
                })
        );
        statuses.ShouldAllBe(status => status == HttpStatusCode.OK);
        (await CountAsync("accounts.external_identities")).ShouldBe(20);
        (await CountAsync("accounts.users")).ShouldBe(1);
        (await CountAsync("probe.welcomes")).ShouldBe(1);
    }

    [Fact]
    public async Task A_room_that_refuses_leaves_nothing_behind_and_the_token_good()
    {
        probe.Fails = true;
        var token = Token("ada", "ada@example.org");
        using (var visitor = first.Visitor())
        using (var answer = await ExternalHost.SignInAsync(visitor, "stub", token))
            answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await CountAsync("accounts.users")).ShouldBe(0);
        (await CountAsync("accounts.used_tokens")).ShouldBe(0);
        probe.Fails = false;
        using (var visitor = second.Visitor())
        using (var answer = await ExternalHost.SignInAsync(visitor, "stub", token))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await ShouldHaveOneOfEachAsync(sessions: 1);
    }

    [Fact]
    public async Task Two_real_processes_make_one_user_and_let_one_of_twenty_use_a_token()
    {
        var options = Options(issuer)
            .ToDictionary(option => option.Key.Replace(":", "__", StringComparison.Ordinal), option => option.Value!);
        await using var servers = await ServerPair.StartAsync(postgres, options);
        // The welcome of a real process is seen by what the database does for each user.
        await servers.ExecuteAsync(
            """
            create table public.welcomes (user_id uuid not null);
            create function public.welcome() returns trigger language plpgsql as
            'begin insert into public.welcomes values (new.id); return new; end';
            create trigger welcome after insert on accounts.users for each row execute function public.welcome()
            """
        );
        var token = Token("shared", "shared@example.org");
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async number =>
                {
                    using var visitor = new Visitor((number % 2 == 0 ? servers.First : servers.Second).Address);
                    var shown = number < 20 ? token : Token("shared", "shared@example.org");
                    using var answer = await ExternalHost.SignInAsync(visitor, "stub", shown);
                    return (Own: number >= 20, answer.StatusCode);
                })
        );
        statuses.Where(outcome => outcome.Own).ShouldAllBe(outcome => outcome.StatusCode == HttpStatusCode.OK);
        statuses.Count(outcome => !outcome.Own && outcome.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        statuses
            .Where(outcome => outcome.StatusCode != HttpStatusCode.OK)
            .ShouldAllBe(outcome => outcome.StatusCode == HttpStatusCode.Unauthorized);
        (await servers.ScalarAsync<long>("select count(*) from accounts.users")).ShouldBe(1);
        (await servers.ScalarAsync<long>("select count(*) from accounts.external_identities")).ShouldBe(1);
        (await servers.ScalarAsync<long>("select count(*) from public.welcomes")).ShouldBe(1);
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions")).ShouldBe(21);
        (await servers.ScalarAsync<string>("select count(*) || ' ' || sum(coins) from billing.transfers")).ShouldBe(
            "1 50"
        );
        issuer.KeySets.ShouldBe(2, "each process asks once");
    }

    private static Dictionary<string, string?> Options(IssuerStub issuer) =>
        new()
        {
            ["Heretix:Accounts:Issuers:stub:Issuer"] = issuer.Url,
            ["Heretix:Accounts:Issuers:stub:Audiences"] = Client,
            ["Heretix:Accounts:Issuers:stub:Bearer"] = "true",
            ["Heretix:Billing:Plans:trial:Devices"] = "100",
        };

    private string Token(string subject, string? email) =>
        issuer.Sign(issuer.Claims(TimeProvider.System.GetUtcNow(), subject, Client, email));

    private async Task ShouldHaveOneOfEachAsync(int sessions)
    {
        (await CountAsync("accounts.users")).ShouldBe(1);
        (await CountAsync("accounts.external_identities")).ShouldBe(1);
        (await CountAsync("probe.welcomes w join accounts.users u on u.id = w.user_id")).ShouldBe(1);
        (await CountAsync("probe.welcomes")).ShouldBe(1);
        (await CountAsync("accounts.sessions")).ShouldBe(sessions);
        (await CountAsync("billing.transfers where type = 'signup_bonus'")).ShouldBe(1);
    }

    private Task<long> CountAsync(string from) => postgres.ScalarAsync<long>(database, $"select count(*) from {from}");
}
