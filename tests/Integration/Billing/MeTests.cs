using System.Diagnostics;
using System.Text.Json;
using Heretix.Billing;
using Heretix.Billing.Plans;
using Heretix.Billing.Usage;
using Heretix.Platform.Modules;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing;

/// <summary>What people are told about themselves.</summary>
public sealed class MeTests(PostgresCluster postgres)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 0, 0, TimeSpan.Zero);
    private readonly HeldTime time = new(Start);

    [Fact]
    public async Task Anonymous_callers_get_a_browser_of_their_own_and_one_check()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        using var browser = servers[0].Browser();
        const string Expected = """
            {"authenticated":false,"user_id":null,"email":null,"plan":null,"usage_plan":"anonymous","checks_allowed":1,"checks_used":0,"remaining":1,"period_end":null,"second_factor_enrolment_required":false,"usage":{"checks":{"plan":"anonymous","allowed":1,"used":0,"remaining":1,"period_start":null,"period_end":null},"solve_sessions":{"plan":"anonymous","allowed":0,"used":0,"remaining":0,"period_start":null,"period_end":null}}}
            """;

        using var answer = await browser.GetAsync(Me, Stop);
        answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldStartWith("heretix_anon=");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldBe(Expected);
        using var again = await browser.GetAsync(Me, Stop);
        again.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_user_on_trial_sees_what_is_left_for_life()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = await servers.AddUserAsync();
        await servers.SettleAsync(await servers.ReserveAsync(UsageSubject.OfUser(user)));
        await servers.ReserveAsync(UsageSubject.OfUser(user));

        (await MeAsync(servers, user)).ShouldBe(
            $$$$"""
            {"authenticated":true,"user_id":"{{{{user}}}}","email":"someone@example.org","plan":"trial","usage_plan":"trial","checks_allowed":3,"checks_used":1,"remaining":1,"period_end":null,"second_factor_enrolment_required":false,"usage":{"checks":{"plan":"trial","allowed":3,"used":1,"remaining":1,"period_start":null,"period_end":null},"solve_sessions":{"plan":"trial","allowed":10,"used":0,"remaining":10,"period_start":null,"period_end":null}}}
            """
        );
    }

    [Fact]
    public async Task A_subscriber_sees_the_month_and_a_meter_without_limit_as_null()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = await servers.AddUserAsync();
        await servers.SettleAsync(await servers.ReserveAsync(UsageSubject.OfUser(user)));
        await servers.GrantAsync(user, PlanNames.Pro);
        await servers.SettleAsync(await servers.ReserveAsync(UsageSubject.OfUser(user), Meters.SolveSessions));

        (await MeAsync(servers, user)).ShouldBe(
            $$$$"""
            {"authenticated":true,"user_id":"{{{{user}}}}","email":"someone@example.org","plan":"pro","usage_plan":"pro","checks_allowed":750,"checks_used":0,"remaining":750,"period_end":"2026-02-28T09:00:00Z","second_factor_enrolment_required":false,"usage":{"checks":{"plan":"pro","allowed":750,"used":0,"remaining":750,"period_start":"2026-01-31T09:00:00Z","period_end":"2026-02-28T09:00:00Z"},"solve_sessions":{"plan":"pro","allowed":null,"used":1,"remaining":null,"period_start":"2026-01-31T09:00:00Z","period_end":"2026-02-28T09:00:00Z"}}}
            """
        );
        time.Advance(TimeSpan.FromDays(100));
        using var later = JsonDocument.Parse(await MeAsync(servers, user));
        later.RootElement.GetProperty("period_end").GetString().ShouldBe("2026-05-31T09:00:00Z");
        later.RootElement.GetProperty("usage").GetProperty("solve_sessions").GetProperty("used").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task What_billing_holds_on_a_user_is_exported_and_goes_with_the_account()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var module = new BillingModule();
        var (user, other) = (await servers.AddUserAsync(), await servers.AddUserAsync("other@example.org"));
        (await ExportAsync(servers, module, user)).ShouldBeNull();
        foreach (var subject in new[] { user, other })
        {
            await servers.SettleAsync(await servers.ReserveAsync(UsageSubject.OfUser(subject)));
            await servers.GrantAsync(subject, PlanNames.Core);
            await servers.SettleAsync(await servers.ReserveAsync(UsageSubject.OfUser(subject)));
        }
        var running = await servers.ReserveAsync(UsageSubject.OfUser(user));

        var export = JsonSerializer.SerializeToElement(await ExportAsync(servers, module, user));
        export
            .GetProperty("usage")
            .EnumerateArray()
            .Select(row => (row.GetProperty("plan").GetString(), row.GetProperty("used").GetInt32()))
            .ShouldBe([("trial", 1), ("core", 1)]);
        export.GetProperty("usage")[0].GetProperty("period_start").ValueKind.ShouldBe(JsonValueKind.Null);
        export.GetProperty("subscriptions")[0].GetProperty("source").GetString().ShouldBe("operator");

        await servers.CommitAsync(async db =>
        {
            await module.EraseAccountAsync(new AccountEvent(db, user, servers[0].Services), Stop);
            return true;
        });
        (await ExportAsync(servers, module, user)).ShouldBeNull();
        (await servers.SettleAsync(running)).ShouldBeNull();
        (await ExportAsync(servers, module, other)).ShouldNotBeNull();
        (await servers.ScalarAsync<long>("select count(*) from billing.usage_reservations")).ShouldBe(2);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task The_database_is_asked_once()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = await servers.AddUserAsync();
        await servers.GrantAsync(user, PlanNames.Core);
        await servers.ReserveAsync(UsageSubject.OfUser(user));
        await MeAsync(servers, user);

        var asked = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (
                    activity.TagObjects.Any(tag =>
                        tag.Key is "db.name" or "db.namespace" && tag.Value is string name && name == servers.Database
                    )
                )
                    Interlocked.Increment(ref asked);
            },
        };
        ActivitySource.AddActivityListener(listener);
        for (var n = 0; n < 10; n++)
            await MeAsync(servers, user);
        asked.ShouldBe(10);
    }

    private static Uri Me { get; } = new("/api/me", UriKind.Relative);

    private static async Task<string> MeAsync(BillingServers servers, Guid user)
    {
        using var client = servers.ClientOf(user);
        return await client.GetStringAsync(Me, Stop);
    }

    private static Task<object?> ExportAsync(BillingServers servers, BillingModule module, Guid user) =>
        servers.CommitAsync(db => module.ExportAccountAsync(new AccountEvent(db, user, servers[0].Services), Stop));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
