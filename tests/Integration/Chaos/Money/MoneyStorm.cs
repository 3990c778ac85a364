using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Billing.Selling;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>
/// Twenty workers sign people up, sell them plans, let them use checks and spend coins, on two processes that are killed
/// again and again, over a PostgreSQL that is killed twice, while providers deliver their events repeatedly and in no order.
/// </summary>
/// <param name="time">How long it blows at least.</param>
/// <param name="seed">Chooses what is planned.</param>
internal sealed class MoneyStorm(TimeSpan time, int seed)
{
    private const int Workers = 20;
    private const int LongestShare = 10;
    private static readonly TimeSpan PatienceAfterwards = TimeSpan.FromMinutes(5);

    /// <summary>What happened, and what does not hold.</summary>
    public sealed record Report(
        StormScene Scene,
        int Events,
        int Attempts,
        int Kills,
        int Restarts,
        int Started,
        int NotStarted,
        IReadOnlyList<string> Errors,
        IReadOnlyList<string> Broken
    )
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {Scene.People.All.Count} people, {Scene.Ledger.Told.Count} transfers, {Scene.Ledger.Refused} refused for want of coins, {Scene.Checks.Count} checks, {Scene.Subscriptions} subscriptions paid, {Scene.Orders.Told.Count} orders of which {Scene.Orders.Paid} paid, {Scene.Orders.Refunded} refunds by operators
                {Events} events in {Attempts} deliveries, {Kills} kills, {Started} processes of which {NotStarted} found no database, PostgreSQL killed {Restarts} times
                steps: {string.Join(
                    ", ",
                    Scene.Done.OrderBy(step => step.Key).Select(step => $"{step.Key} {step.Value}")
                )}
                answers: {string.Join(
                    ", ",
                    Scene.Client.Statuses.OrderBy(each => each.Key).Select(each => $"{each.Key}: {each.Value}")
                )}
                {Errors.Count} errors in the logs
                """
            );
    }

    /// <summary>Lets it blow, waits until everything has settled, and looks at what is left.</summary>
    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresCluster();
        var database = await postgres.CreateDatabaseAsync();
        await using var stripe = await StripeStub.StartAsync(TimeProvider.System);
        await using var razorpay = await RazorpayStub.StartAsync();
        var variables = Variables(stripe, razorpay);
        await using var servers = new StormServers(Environment(postgres.Url(database), variables));
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(database),
            settings => settings with { Role = ServerRole.Api },
            new Dictionary<string, string?>(variables) { ["Heretix:Platform:RequestConnections"] = "10" },
            services => services.AddLogging(logging => logging.ClearProviders())
        );
        await servers.ReadyAsync(cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter((time * LongestShare) + PatienceAfterwards);
        using var postman = new Postman(servers.Addresses, seed, end.Token);
        using var client = new StormClient(servers);
        var (stripeDesk, ledger) = (new StripeDesk(stripe, postman), new StormLedger(host, end.Token));
        var coins = new CoinDesk(stripe, stripeDesk, razorpay, postman);
        var packages = await PackagesAsync(postgres, database);
        var scene = new StormScene(
            seed,
            new StormPeople(servers),
            client,
            ledger,
            new StormOrders(client, coins, host, packages, end.Token),
            coins,
            stripeDesk,
            new StoreDesk(postman)
        );
        var killer = new Killer(servers, postgres, seed);

        using (var storm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            await Task.WhenAll([
                BlowAsync(scene, killer, storm),
                killer.RunAsync(time, storm.Token),
                DisturbAsync(stripe, razorpay, storm.Token),
                .. Enumerable
                    .Range(0, Workers)
                    .Select(worker => Task.Run(() => new MoneyWorker(scene, worker).RunAsync(storm.Token))),
            ]);
        }

        stripe.Heal();
        razorpay.Heal();
        await servers.ReadyAsync(cancellationToken);
        coins.Post();
        await postman.DeliveredAsync();
        await QuietAsync(postgres, database, end.Token);
        await new Told(postgres, database).WriteAsync(scene, postman, end.Token);
        var broken = new List<string>(await MoneyInvariants.BrokenAsync(postgres, database, end.Token));
        broken.AddRange(scene.Contradictions);
        broken.AddRange(scene.People.Contradictions);
        broken.AddRange(scene.Ledger.Contradictions);
        broken.AddRange(scene.Orders.Contradictions);
        broken.AddRange(postman.Refusals.Distinct());
        broken.AddRange(servers.Fallen);
        broken.AddRange(await PlansAsync(scene, end.Token));
        broken.AddRange(await AuditAsync(postgres.Url(database)));
        return new Report(
            scene,
            postman.Deliveries.Count,
            postman.Deliveries.Values.Sum(delivery => delivery.Attempts),
            killer.Kills,
            killer.Restarts,
            servers.Started,
            servers.NotStarted,
            servers.Errors,
            broken
        );
    }

    /// <summary>
    /// Plans small enough to be used up, no limits by time, and leases that the kills do not outlast. The processes share
    /// their data folder and their key.
    /// </summary>
    private static Dictionary<string, string?> Variables(StripeStub stripe, RazorpayStub razorpay)
    {
        var variables = Shop.Variables(stripe).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        foreach (
            var (name, value) in new Dictionary<string, string>
            {
                ["RAZORPAY_KEY_ID"] = RazorpayStub.KeyId,
                ["RAZORPAY_KEY_SECRET"] = RazorpayStub.KeySecret,
                ["RAZORPAY_WEBHOOK_SECRET"] = RazorpayStub.WebhookSecret,
                ["Heretix:Billing:RazorpayAddress"] = razorpay.Address.ToString(),
                ["ENCRYPTION_KEY"] = Convert.ToBase64String(SHA256.HashData("a key of the tests"u8)),
                ["Heretix:Limits:Exempt"] = "127.0.0.0/8",
                ["Heretix:Billing:Plans:trial:Checks"] = "3",
                ["Heretix:Billing:Plans:starter:Checks"] = "5",
                ["Heretix:Billing:Plans:core:Checks"] = "7",
                ["Heretix:Billing:Plans:pro:Checks"] = "9",
                ["Heretix:Checks:LeaseTime"] = "00:00:03",
                ["Heretix:Checks:RenewInterval"] = "00:00:00.5",
                ["Heretix:Platform:IdempotencyLeaseSeconds"] = "3",
            }
        )
            variables[name] = value;
        return variables;
    }

    private static Dictionary<string, string> Environment(string database, Dictionary<string, string?> variables) =>
        new(variables.ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value!))
        {
            ["APP_ENV"] = "local",
            ["DATABASE_URL"] = database,
        };

    private static async Task<IReadOnlyList<Guid>> PackagesAsync(PostgresCluster postgres, string database) =>
        await postgres.ScalarAsync<Guid[]>(
            database,
            "select array_agg(id order by sort_order) from billing.credit_packages where is_active"
        );

    /// <summary>
    /// As long as was asked for, and on a slow machine until enough has happened for the rest to mean something; at most
    /// ten times as long.
    /// </summary>
    private async Task BlowAsync(StormScene scene, Killer killer, CancellationTokenSource storm)
    {
        storm.CancelAfter(time * LongestShare);
        await Task.Delay(time, storm.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!storm.IsCancellationRequested && !(scene.IsBusy && killer is { Kills: > 0, Restarts: 2 }))
            await Task.Delay(100, storm.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await storm.CancelAsync();
    }

    /// <summary>Providers fail now and then, and sometimes do what they were asked and then say nothing.</summary>
    private async Task DisturbAsync(StripeStub stripe, RazorpayStub razorpay, CancellationToken storm)
    {
        for (var number = 0; !storm.IsCancellationRequested; number++)
        {
            var chance = StormPlan.Chance(seed, -3, number);
            await Task.Delay(chance.Next(200, 900), storm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stripe.Fail(
                "/v1/",
                chance.Next(3) switch
                {
                    0 => StripeFault.Error500,
                    1 => StripeFault.TooMany429,
                    _ => StripeFault.CutAfterWork,
                }
            );
            razorpay.Fail("", chance.Next(2) == 0 ? RazorpayFault.Error500 : RazorpayFault.CutAfterWork);
        }
    }

    /// <summary>Waits until no job is left and no check runs. What looks for lost checks is due at once, not in half a minute.</summary>
    private static async Task QuietAsync(PostgresCluster postgres, string database, CancellationToken patience)
    {
        const string hurry = """
            update jobs.qrtz_triggers
            set next_fire_time = (extract(epoch from clock_timestamp()) * 10000000)::bigint + 621355968000000000
            where trigger_group = 'recurring' and trigger_name = 'checks.lost' and trigger_state = 'WAITING'
            """;
        const string busy = """
            select (select count(*) from checks.checks where status = 'running')
                + (select count(*) from jobs.qrtz_triggers where trigger_group <> 'recurring')
            """;
        while (await postgres.ScalarAsync<long>(database, busy) > 0)
        {
            await postgres.ExecuteAsync(database, hurry);
            await Task.Delay(500, patience);
        }
    }

    /// <summary>What people see is what they pay for.</summary>
    private static async Task<IReadOnlyList<string>> PlansAsync(StormScene scene, CancellationToken end)
    {
        string[] ranks = ["trial", "starter", "core", "pro"];
        var paid = scene
            .Stripe.States()
            .Concat(scene.Store.States())
            .Where(state => state.Status is "active" or "past_due")
            .ToLookup(state => state.User, state => Array.IndexOf(ranks, state.Plan));
        var wrong = new List<string>();
        foreach (var person in scene.People.All)
        {
            var answer = await scene.Client.SendAsync(person, HttpMethod.Get, "/api/me", null, null, 0, end);
            var plan = answer is { Status: 200, Body: var body } ? Plan(body) : $"{answer?.Status}";
            var expected = ranks[paid[person.Id].Append(0).Max()];
            if (plan != expected)
                wrong.Add($"{person.Id} pays for {expected} and is shown {plan}");
        }
        return wrong;

        static string Plan(JsonElement body) => body.GetProperty("plan").GetString()!;
    }

    private static async Task<IReadOnlyList<string>> AuditAsync(string url)
    {
        var (code, said) = await ServerVerb.RunAsync(url, environment: null, "audit", "ledger");
        return code == 0 ? [] : [$"heretix audit ledger ended with {code}: {said}"];
    }
}
