using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Load;

/// <summary>
/// Visitors of every kind on two server processes over one PostgreSQL and one Redis, while Redis is killed twice and
/// hangs once and PostgreSQL is restarted once. What each visitor does next is drawn from a printed seed:
/// 40 % look at their account, 25 % check one of 20 shared claims, 15 % check a claim of their own, 8 % list their
/// checks, 5 % read one of them, 4 % send one check twice at once under one idempotency key, 3 % sign out and in.
/// A third of them are anonymous, a third on trial, a third on a plan.
/// </summary>
public sealed class MixedLoad(MixedLoad.Options options)
{
    /// <summary>How long and how much.</summary>
    /// <param name="Program">The server: its executable or <c>heretix.dll</c>.</param>
    /// <param name="Time">Time under load.</param>
    /// <param name="Seed">Chooses what the visitors do.</param>
    /// <param name="Visitors">How many at once.</param>
    public sealed record Options(string Program, TimeSpan Time, int Seed, int Visitors = 18);

    /// <summary>What happened, as the visitors saw it.</summary>
    public sealed record Report(
        int Requests,
        int Checks,
        int Refused,
        int DuringRestart,
        IReadOnlyList<string> Failures,
        IReadOnlyList<string> Broken,
        double CacheHitRate
    )
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Requests} requests, {Checks} checks answered, {Refused} refused by plan, {DuringRestart} turned away while PostgreSQL restarted, {Failures.Count} failed, {Broken.Count} invariants broken, cache hits {100 * CacheHitRate:0.0} %"
            );
    }

    private readonly string data = Directory.CreateTempSubdirectory("heretix-load-").FullName;
    private readonly ConcurrentBag<(string Check, string VirtualUser)> answered = [];
    private readonly ConcurrentBag<string> failures = [];
    private readonly Stopwatch clock = new();
    private List<ServerProcess> servers = [];
    private int requests;
    private int refused;
    private int duringRestart;
    private TimeSpan? restartBegan;
    private TimeSpan? restartEnded;

    /// <summary>Runs the load and reads the invariants off the database afterwards.</summary>
    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresCluster();
        await using var redis = new RedisServer();
        await redis.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        var environment = Environment(postgres.Url(database), redis.Url);
        try
        {
            servers.Add(await ServerProcess.Launch(options.Program, data, environment).ReadyAsync(cancellationToken));
            servers.Add(
                await ServerProcess
                    .Launch(options.Program, data, environment, "--role", "api")
                    .ReadyAsync(cancellationToken)
            );
            var visitors = await VisitorsAsync(postgres, database, cancellationToken);
            clock.Start();
            await Task.WhenAll([
                .. visitors.Select((visitor, n) => LiveAsync(visitor, n, cancellationToken)),
                DisturbAsync(postgres, redis, cancellationToken),
            ]);
            await QuietAsync(postgres, database, cancellationToken);
            var broken = await BrokenInvariantsAsync(postgres, database);
            var hits = await CacheHitRateAsync(cancellationToken);
            visitors.ForEach(visitor => visitor.Dispose());
            return new Report(requests, answered.Count, refused, duringRestart, [.. failures], broken, hits);
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Plans small enough to be used up, no rate limits, mail in the local outbox, a key that both processes share.</summary>
    private static Dictionary<string, string> Environment(string database, string redis) =>
        new()
        {
            ["APP_ENV"] = "local",
            ["DATABASE_URL"] = database,
            ["REDIS_URL"] = redis,
            ["ENCRYPTION_KEY"] = Convert.ToBase64String(SHA256.HashData("a key of the tests"u8)),
            ["Heretix__Billing__Plans__trial__Checks"] = "25",
            ["Heretix__Billing__Plans__starter__Checks"] = "60",
            ["Heretix__Limits__api__Permits"] = "1000000",
            ["Heretix__Limits__sign_in__Permits"] = "1000000",
            ["Heretix__Limits__magic_link_address__Permits"] = "1000000",
            ["Heretix__Limits__magic_link_ip__Permits"] = "1000000",
            ["Heretix__Limits__anonymous_checks__Permits"] = "1000000",
        };

    private async Task<List<VirtualUser>> VisitorsAsync(
        PostgresCluster postgres,
        string database,
        CancellationToken cancellationToken
    )
    {
        var visitors = new List<VirtualUser>();
        for (var n = 0; n < options.Visitors; n++)
        {
            var visitor = new VirtualUser(servers[n % 2].Address);
            visitors.Add(visitor);
            if (n % 3 == 0)
                continue;
            await visitor.SignInAsync($"visitor{n}@example.org", data, cancellationToken);
            if (n % 3 == 2)
                await postgres.ExecuteAsync(database, SubscribeSql(visitor.Email!));
        }
        return visitors;
    }

    private async Task LiveAsync(VirtualUser visitor, int number, CancellationToken cancellationToken)
    {
        var chance = new Random(unchecked((options.Seed * 397) ^ number));
        var own = new List<string>();
        while (clock.Elapsed < options.Time)
        {
            var draw = chance.Next(100);
            if (draw < 40)
                await GetAsync(visitor, "/api/me", chance, cancellationToken);
            else if (draw < 65)
                await CheckAsync(
                    visitor,
                    $"Shared claim {chance.Next(20)} holds",
                    own,
                    chance,
                    null,
                    cancellationToken
                );
            else if (draw < 80)
                await CheckAsync(
                    visitor,
                    $"Claim {chance.Next()} of {number} holds",
                    own,
                    chance,
                    null,
                    cancellationToken
                );
            else if (draw < 88)
                await GetAsync(visitor, "/api/checks?limit=10", chance, cancellationToken);
            else if (draw < 93 && own.Count > 0)
                await GetAsync(visitor, "/api/checks/" + own[chance.Next(own.Count)], chance, cancellationToken);
            else if (draw < 97)
                await TwiceAsync(visitor, $"Twice {chance.Next()} of {number}", own, chance, cancellationToken);
            else if (visitor.Email is { } email)
                await AgainAsync(visitor, email, cancellationToken);
            await Task.Delay(chance.Next(30), cancellationToken);
        }
    }

    private async Task AgainAsync(VirtualUser visitor, string email, CancellationToken cancellationToken)
    {
        try
        {
            using var left = await visitor.SendAsync(
                HttpMethod.Post,
                "/api/auth/signout",
                cancellationToken: cancellationToken
            );
            Judge("signout", left.StatusCode, "");
            await visitor.SignInAsync(email, data, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            Judge("sign-in", failure.StatusCode ?? 0, failure.Message);
        }
        catch (TimeoutException failure)
        {
            Judge("sign-in", 0, failure.Message);
        }
    }

    private async Task TwiceAsync(
        VirtualUser visitor,
        string claim,
        List<string> own,
        Random chance,
        CancellationToken cancellationToken
    )
    {
        var key = $"key-{chance.Next()}-{chance.Next()}";
        var ids = await Task.WhenAll(
            CheckAsync(visitor, claim, own, new Random(chance.Next()), key, cancellationToken),
            CheckAsync(visitor, claim, own, new Random(chance.Next()), key, cancellationToken)
        );
        if (ids is [{ } first, { } second] && first != second)
            failures.Add($"one key, two checks: {first} and {second}");
    }

    private async Task<string?> CheckAsync(
        VirtualUser visitor,
        string claim,
        List<string> own,
        Random chance,
        string? key,
        CancellationToken cancellationToken
    )
    {
        var (status, text) = await SendAsync(
            visitor,
            HttpMethod.Post,
            "/api/checks/run",
            new
            {
                claim,
                K = 4,
                R = 1,
                B = 500,
                mock = true,
            },
            chance,
            key,
            cancellationToken
        );
        switch (status)
        {
            case HttpStatusCode.OK:
                using (var body = JsonDocument.Parse(text))
                {
                    var id = body.RootElement.GetProperty("check_id").GetString()!;
                    answered.Add((id, visitor.Email ?? "anonymous"));
                    lock (own)
                        own.Add(id);
                    return id;
                }
            case HttpStatusCode.PaymentRequired:
                Interlocked.Increment(ref refused);
                return null;
            case HttpStatusCode.Conflict when key is not null:
                return null;
            default:
                Judge("check", status, text);
                return null;
        }
    }

    private async Task GetAsync(VirtualUser visitor, string path, Random chance, CancellationToken cancellationToken)
    {
        var (status, text) = await SendAsync(visitor, HttpMethod.Get, path, null, chance, null, cancellationToken);
        if (status != HttpStatusCode.OK)
            Judge(path, status, text);
    }

    private async Task<(HttpStatusCode, string)> SendAsync(
        VirtualUser visitor,
        HttpMethod method,
        string path,
        object? body,
        Random chance,
        string? key,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref requests);
        try
        {
            using var answer = await visitor.SendAsync(
                method,
                path,
                body,
                servers[chance.Next(2)].Address,
                key,
                cancellationToken
            );
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException failure)
        {
            return (0, failure.Message);
        }
    }

    /// <summary>Only a restarting PostgreSQL excuses a refusal, and only a clear one (503).</summary>
    private void Judge(string what, HttpStatusCode status, string text)
    {
        if (status is HttpStatusCode.OK or HttpStatusCode.NoContent)
            return;
        var now = clock.Elapsed;
        var restarting =
            restartBegan is { } began && now >= began && (restartEnded is not { } ended || now < ended + Grace);
        if (restarting && status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
            Interlocked.Increment(ref duringRestart);
        else
            failures.Add(
                string.Create(CultureInfo.InvariantCulture, $"{now.TotalSeconds:0.0} s {what}: {(int)status} {text}")
            );
    }

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private async Task DisturbAsync(PostgresCluster postgres, RedisServer redis, CancellationToken cancellationToken)
    {
        await WithoutRedisAsync(redis, 0.15, "KILL", cancellationToken);
        await WithoutRedisAsync(redis, 0.3, "STOP", cancellationToken);
        await WithoutRedisAsync(redis, 0.5, "KILL", cancellationToken);
        await UntilAsync(0.7, cancellationToken);
        restartBegan = clock.Elapsed;
        await postgres.StopAsync();
        await postgres.StartAsync();
        restartEnded = clock.Elapsed;
    }

    /// <summary>Redis is dead or hangs for a twentieth of the time.</summary>
    private async Task WithoutRedisAsync(
        RedisServer redis,
        double share,
        string signal,
        CancellationToken cancellationToken
    )
    {
        await UntilAsync(share, cancellationToken);
        await redis.SignalAsync(signal);
        await Task.Delay(options.Time / 20, cancellationToken);
        if (signal == "KILL")
            await redis.StartAsync();
        else
            await redis.SignalAsync("CONT");
    }

    private async Task UntilAsync(double share, CancellationToken cancellationToken)
    {
        var wait = (options.Time * share) - clock.Elapsed;
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, cancellationToken);
    }

    /// <summary>Waits until nothing runs any more.</summary>
    private static async Task QuietAsync(PostgresCluster postgres, string database, CancellationToken cancellationToken)
    {
        while (
            await postgres.ScalarAsync<long>(database, "select count(*) from checks.checks where status = 'running'")
            > 0
        )
            await Task.Delay(100, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> BrokenInvariantsAsync(PostgresCluster postgres, string database)
    {
        var broken = new List<string>();
        foreach (var (says, sql) in Invariants)
        {
            var count = await postgres.ScalarAsync<long>(database, sql);
            if (count != 0)
                broken.Add($"{says}: {count}");
        }
        var ids = answered.Select(answer => answer.Check).Distinct().ToList();
        var stored = await postgres.ScalarAsync<long>(
            database,
            $"select count(*) from checks.checks where status = 'completed' and id in ('{string.Join("','", ids)}')"
        );
        if (stored != ids.Count)
            broken.Add($"{ids.Count} checks were answered and {stored} of them are stored as completed");
        return broken;
    }

    /// <summary>Each counts rows that must not exist.</summary>
    private static readonly (string Says, string Sql)[] Invariants =
    [
        ("ledgers over their allowance", "select count(*) from billing.usage_ledger where used > allowed"),
        ("browsers over their allowance", "select count(*) from billing.anonymous_usage where used > allowed"),
        (
            "ledgers that differ from their settled reservations",
            """
            select count(*) from billing.usage_ledger l
            where l.used - l.carried <> (select count(*) from billing.usage_reservations r where r.ledger_id = l.id and r.state = 'settled')
            """
        ),
        (
            "ledgers that differ from their open reservations",
            """
            select count(*) from billing.usage_ledger l
            where l.reserved <> (select count(*) from billing.usage_reservations r where r.ledger_id = l.id and r.state = 'open')
            """
        ),
        (
            "browsers that differ from their reservations",
            """
            select count(*) from billing.anonymous_usage a
            where a.used <> (select count(*) from billing.usage_reservations r
                  where r.token_hash = a.token_hash and r.meter = a.meter and r.state = 'settled')
              or a.reserved <> (select count(*) from billing.usage_reservations r
                  where r.token_hash = a.token_hash and r.meter = a.meter and r.state = 'open')
            """
        ),
        (
            "completed checks without exactly one settled reservation",
            """
            select count(*) from checks.checks c
            where c.status = 'completed'
              and 1 <> (select count(*) from billing.usage_reservations r where r.id = c.reservation_id and r.state = 'settled')
            """
        ),
        (
            "settled reservations without exactly one completed check",
            """
            select count(*) from billing.usage_reservations r
            where r.state = 'settled'
              and 1 <> (select count(*) from checks.checks c where c.reservation_id = r.id and c.status = 'completed')
            """
        ),
    ];

    private static string SubscribeSql(string email) =>
        $"""
            insert into billing.subscriptions (id, user_id, source, plan, status, current_period_start, current_period_end, billing_anchor, cancel_at_period_end, as_of, created_at, updated_at)
            select gen_random_uuid(), id, 'operator', 'starter', 'active', now(), now() + interval '1 month', now(), false, now(), now(), now()
            from accounts.users where email = '{email}'
            """;

    private async Task<double> CacheHitRateAsync(CancellationToken cancellationToken)
    {
        double hits = 0,
            misses = 0;
        using var http = new HttpClient();
        foreach (var server in servers)
        {
            var page = await http.GetStringAsync(new Uri(server.Address, "/metrics"), cancellationToken);
            hits += Sum(page, "cache_hits_total");
            misses += Sum(page, "cache_misses_total");
        }
        return hits + misses == 0 ? 0 : hits / (hits + misses);

        static double Sum(string page, string name) =>
            page.Split('\n')
                .Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
