using System.Xml.Linq;
using Heretix.Platform.Encryption;
using Heretix.Tests.Integration.Servers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Encryption;

/// <summary>What one process protects another reads, and the ring in the database tells nobody its keys.</summary>
public sealed class KeyRingTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_that_start_at_once_on_one_database_read_each_other()
    {
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        var hosts = await Task.WhenAll(HeretixHost.StartAsync(url), HeretixHost.StartAsync(url));
        var secrets = hosts.Select(host => Protector(host).Protect("a secret")).ToList();
        foreach (var host in hosts)
        {
            foreach (var secret in secrets)
                Protector(host).Unprotect(secret).ShouldBe("a secret");
        }
        foreach (var host in hosts)
            await host.DisposeAsync();
        await using var later = await HeretixHost.StartAsync(url);
        Protector(later).Unprotect(secrets[0]).ShouldBe("a secret");
    }

    [Fact]
    public async Task The_keys_of_the_ring_are_encrypted_and_rotated()
    {
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        var (old, fresh) = (EncryptionKey.Generate().Text, EncryptionKey.Generate().Text);
        string secret;
        await using (var host = await HeretixHost.StartAsync(url, options: Keys(old)))
        {
            secret = Protector(host).Protect("a secret");
            await using var db = host.OpenDb();
            foreach (var xml in await db.Set<RingKey>().Select(key => key.Xml).ToListAsync(Stop))
            {
                xml.ShouldNotContain("masterKey");
                XElement.Parse(xml).Descendants("fieldEncrypted").ShouldHaveSingleItem();
            }
        }
        await using (var host = await HeretixHost.StartAsync(url, options: Keys($"{fresh},{old}")))
        {
            Protector(host).Unprotect(secret).ShouldBe("a secret");
            var rotation = host.Services.GetRequiredService<KeyRotation>();
            (await rotation.RunAsync(static _ => { }, Stop)).Reencrypted.ShouldBePositive();
        }
        await using (var host = await HeretixHost.StartAsync(url, options: Keys(fresh)))
            Protector(host).Unprotect(secret).ShouldBe("a secret");
    }

    [Fact]
    public async Task Production_does_not_start_without_a_key()
    {
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        var refused = await Should.ThrowAsync<Exception>(() =>
            HeretixHost.StartAsync(url, settings => settings with { Environment = "prod" })
        );
        refused.ToString().ShouldContain("ENCRYPTION_KEY is not set");
    }

    private static Dictionary<string, string?> Keys(string keys) => new() { ["ENCRYPTION_KEY"] = keys };

    private static IDataProtector Protector(HeretixHost host) =>
        host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("tests");
}
