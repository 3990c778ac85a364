using Heretix.Billing.Usage;
using Heretix.Checks.Store;
using Heretix.Platform.Database;
using Heretix.Rpl.Storage;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Checks;

/// <summary>What is stored of a check, and what happens when it cannot be.</summary>
public sealed class StoreTests(PostgresCluster postgres)
{
    private static readonly DateTimeOffset At = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_cannot_be_stored_fails_alone()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        var writer = host.Services.GetRequiredService<SampleWriter>();
        // Longer than its column; all are queued before the first statement.
        var (good, bad) = (
            Enumerable.Range(0, 6).Select(n => writer.SaveAsync(Sample($"key{n}"))).ToList(),
            writer.SaveAsync(Sample(new string('x', 65)))
        );
        await Should.ThrowAsync<Npgsql.PostgresException>(() => bad);
        (await Task.WhenAll(good)).Distinct().Count().ShouldBe(6);
        (await host.CountAsync("select count(*) from checks.check_samples")).ShouldBe(6);
    }

    [Fact]
    public async Task A_check_that_is_begun_while_its_account_is_erased_leaves_nothing()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            services: services => services.AddSingleton<IUsageMeter, MeterBeforeErasure>()
        );
        MeterOf(host).Erases = true;
        using var user = host.User();
        using var answer = await user.RunAsync(
            new
            {
                claim = "x",
                mock = true,
                B = 200,
            }
        );
        (await answer.ReadAsync(401)).Text("error").ShouldBe("unauthenticated");
        foreach (
            var table in (string[])
                ["checks.checks", "checks.requests", "billing.usage_ledger", "billing.usage_reservations"]
        )
            (await host.CountAsync($"select count(*) from {table}")).ShouldBe(0, table);
    }

    [Fact]
    public async Task A_key_is_free_again_when_its_answer_was_at_hand_and_could_not_be_stored()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            services: services => services.AddSingleton<IUsageMeter, MeterBeforeErasure>()
        );
        object check = new
        {
            claim = "x",
            mock = true,
            B = 200,
        };
        using var other = host.User();
        await other.CheckAsync(check);
        await other.CheckAsync(check);
        MeterOf(host).Erases = true;
        using var user = host.User();
        user.DefaultRequestHeaders.Add("Idempotency-Key", "k");
        using (var answer = await user.RunAsync(check))
            (await answer.ReadAsync(401)).Text("error").ShouldBe("unauthenticated");
        (await host.CountAsync("select count(*) from jobs.idempotency_keys")).ShouldBe(0);
    }

    private static MeterBeforeErasure MeterOf(ChecksHost host) =>
        (MeterBeforeErasure)host.Services.GetRequiredService<IUsageMeter>();

    [Fact]
    public async Task Settled_reservations_and_records_of_requests_are_kept_for_a_time()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        object check = new
        {
            claim = "x",
            mock = true,
            B = 200,
        };
        await user.CheckAsync(check);
        var old = Guid.CreateVersion7(DateTimeOffset.UtcNow - TimeSpan.FromDays(401));
        await host.ExecuteAsync($"update checks.requests set id = '{old}'");
        await user.CheckAsync(check);
        await using (var db = host.Server.OpenDb())
            await host.Services.GetRequiredService<Heretix.Checks.Upkeep.CheckSweep>().SweepAsync(db, Stop);
        (await host.CountAsync("select count(*) from checks.requests")).ShouldBe(1);
        (await host.CountAsync($"select count(*) from checks.requests where id = '{old}'")).ShouldBe(0);
        (await host.CountAsync("select count(*) from checks.checks")).ShouldBe(2, "the checks are the user's own");
    }

    private static Sample Sample(string key) =>
        new()
        {
            CacheKey = key,
            ExecutionId = "exec-1",
            PromptSha256 = "p",
            ParaphraseIndex = 0,
            ReplicateIndex = 0,
            ProbTrue = 0.5,
            LogOdds = 0,
            Valid = true,
            RawText = "{}",
            CreatedAt = At,
            Attempts = 1,
            TokensIn = 1,
            TokensOut = 1,
            CostUsd = 0,
            LatencyMs = 1,
        };

    /// <summary>The real meter; the account is erased just after it has reserved.</summary>
    private sealed class MeterBeforeErasure(IServiceProvider services) : IUsageMeter
    {
        private readonly UsageMeter inner = ActivatorUtilities.CreateInstance<UsageMeter>(services);

        public bool Erases { get; set; }

        public async Task<UsageDecision> ReserveAsync(UsageSubject subject, string meter, CancellationToken stop)
        {
            var decision = await inner.ReserveAsync(subject, meter, stop);
            if (!Erases)
                return decision;
            await using var command = services
                .GetRequiredService<DatabaseConnections>()
                .Requests.CreateCommand("delete from accounts.users");
            await command.ExecuteNonQueryAsync(stop);
            return decision;
        }

        public Task<IReadOnlyList<Guid>> RenewAsync(IReadOnlyCollection<Guid> reservations, CancellationToken stop) =>
            inner.RenewAsync(reservations, stop);

        public Task<UsageView?> SettleAsync(HeretixDb db, Guid reservation, CancellationToken stop) =>
            inner.SettleAsync(db, reservation, stop);

        public Task ReleaseAsync(HeretixDb db, Guid reservation, CancellationToken stop) =>
            inner.ReleaseAsync(db, reservation, stop);

        public Task<UsageView> ViewAsync(UsageSubject subject, string meter, CancellationToken stop) =>
            inner.ViewAsync(subject, meter, stop);
    }
}
