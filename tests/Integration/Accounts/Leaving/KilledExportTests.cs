using System.Text.Json;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>A worker that is killed while it builds an export, and another one that builds it.</summary>
public sealed class KilledExportTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_whose_worker_was_killed_is_built_by_another_one()
    {
        await using var servers = await ServerPair.StartAsync(
            postgres,
            new Dictionary<string, string> { ["Heretix__Accounts__ExportRows"] = "0" }
        );
        using var visitor = new VirtualUser(servers.Second.Address);
        await visitor.SignInAsync("taker@example.org", servers.Data, Stop);

        // Whoever reads the checks waits here, and so the worker is killed in the middle.
        await using var blocking = new NpgsqlConnection(postgres.ConnectionString(servers.Database) + ";Pooling=false");
        await blocking.OpenAsync(Stop);
        await using (var hold = await blocking.BeginTransactionAsync(Stop))
        {
            await using (
                var hurdle = new NpgsqlCommand(
                    "lock table billing.subscriptions in access exclusive mode",
                    blocking,
                    hold
                )
            )
                await hurdle.ExecuteNonQueryAsync(Stop);
            using (var asked = await visitor.SendAsync(HttpMethod.Get, "/api/account/export", cancellationToken: Stop))
                ((int)asked.StatusCode).ShouldBe(202);
            await servers.UntilAsync(
                "select exists (select from pg_locks where relation = 'billing.subscriptions'::regclass and not granted)"
            );
            await servers.First.SignalAsync("KILL");
            await servers.First.EndAsync(Stop);
            (await servers.ScalarAsync<string>("select status from accounts.exports")).ShouldBe("preparing");
        }

        await using var heir = await ServerProcess
            .Launch(
                ServerVerb.Program,
                servers.Data,
                new Dictionary<string, string>
                {
                    ["APP_ENV"] = "local",
                    ["DATABASE_URL"] = postgres.Url(servers.Database),
                    ["ENCRYPTION_KEY"] = servers.EncryptionKey,
                },
                "--role",
                "worker"
            )
            .ReadyAsync(Stop);
        while (true)
        {
            using var answer = await visitor.SendAsync(HttpMethod.Get, "/api/account/export", cancellationToken: Stop);
            if ((int)answer.StatusCode == 202)
            {
                await Task.Delay(50, Stop);
                continue;
            }
            ((int)answer.StatusCode).ShouldBe(200);
            var file = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop));
            file.GetProperty("accounts").GetProperty("email").GetString().ShouldBe("taker@example.org");
            break;
        }
        (await servers.ScalarAsync<long>("select count(*) from accounts.exports")).ShouldBe(1);
    }
}
