using System.Text.Json;
using Heretix.Accounts;
using Heretix.Accounts.Retention;
using Heretix.Platform.Jobs;
using Heretix.Platform.Modules;

namespace Heretix.Tests.Integration.Accounts.Devices;

/// <summary>How long devices are kept, taken along, and erased.</summary>
public sealed class DeviceKeepingTests(DevicesHost accounts) : IClassFixture<DevicesHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Devices_go_after_400_days_without_being_seen_and_counts_of_removals_after_their_day()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        await DeviceClient.TokensAsync(accounts.Host.Address, email, "two");
        await DeviceClient.TokensAsync(accounts.Host.Address, email, "three", replace: true);
        await accounts.ExecuteAsync(
            "update accounts.devices set last_seen_at = last_seen_at - interval '400 days' where id = (select min(id::text)::uuid from accounts.devices)"
        );
        await PurgeAsync();
        (await accounts.DevicesAsync(email)).ShouldBe(2, "one that has a session is kept");
        (await RemovalsAsync(email)).ShouldBe(1);

        await accounts.ExecuteAsync(
            "delete from accounts.sessions where device_id = (select min(id::text)::uuid from accounts.devices)"
        );
        accounts.Time.Pass(TimeSpan.FromDays(2));
        await PurgeAsync();
        (await accounts.DevicesAsync(email)).ShouldBe(1);
        (await RemovalsAsync(email)).ShouldBe(0);
    }

    [Fact]
    public async Task Devices_are_taken_along_without_a_hash_and_erased_with_their_user()
    {
        var email = await accounts.PersonAsync("a fingerprint");
        await DeviceClient.TokensAsync(
            accounts.Host.Address,
            email,
            "another one",
            replace: true,
            name: "Ada's iPhone"
        );
        var id = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        await using var db = accounts.Host.OpenDb();
        var export = new AccountEvent(db, id, accounts.Host.Services);
        var record = JsonSerializer.SerializeToElement(
            await new AccountsModule().ExportAccountAsync(export, Stop),
            JsonSerializerOptions.Web
        );
        var device = record.GetProperty("devices").EnumerateArray().ShouldHaveSingleItem();
        device.GetProperty("name").GetString().ShouldBe("Ada's iPhone");
        device.GetProperty("platform").GetString().ShouldBe("ios");
        record.GetProperty("deviceRemovals")[0].GetProperty("used").GetInt32().ShouldBe(1);
        record
            .GetProperty("sessions")[0]
            .GetProperty("deviceId")
            .GetGuid()
            .ShouldBe(device.GetProperty("id").GetGuid());
        record.GetRawText().ShouldNotContain("ash\"");

        await new AccountsModule().EraseAccountAsync(export, Stop);
        foreach (var table in (string[])["devices", "device_removals", "sessions"])
            (
                await accounts.ScalarAsync<long>($"select count(*) from accounts.{table} where user_id = '{id}'")
            ).ShouldBe(0, table);
    }

    private Task PurgeAsync() =>
        accounts
            .Host.Services.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, accounts.Host.OpenDb), Stop);

    private Task<long> RemovalsAsync(string email) =>
        accounts.ScalarAsync<long>(
            $"select count(*) from accounts.device_removals r join accounts.users u on u.id = r.user_id where u.email = '{email}'"
        );
}
