using System.Security.Cryptography;
using Heretix.Tests.Integration.Checks;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Encryption;

/// <summary>The verb that rotates keys, on what a server really encrypts.</summary>
public sealed class RotateKeysTests(PostgresCluster postgres)
{
    private static readonly string Old = Convert.ToBase64String(SHA256.HashData("the old key"u8));
    private static readonly string New = Convert.ToBase64String(SHA256.HashData("the new key"u8));

    [Fact]
    public async Task What_a_server_kept_under_the_old_key_is_given_again_under_the_new_one_alone()
    {
        var database = await postgres.CreateDatabaseAsync();
        var key = Guid.NewGuid().ToString();
        var owner = Guid.NewGuid();
        var first = await CheckAsync(database, $"old:{Old}", key, owner);

        var (code, said) = await RotateAsync(database, $"new:{New}");
        code.ShouldBe(1, said);
        said.ShouldContain("cannot be read with the keys in ENCRYPTION_KEY");

        (code, said) = await RotateAsync(database, $"new:{New},old:{Old}");
        code.ShouldBe(0, said);
        said.ShouldContain("jobs.idempotency_keys.body: 1 encrypted again");
        (code, said) = await RotateAsync(database, $"new:{New}");
        code.ShouldBe(0, said);
        said.ShouldContain("jobs.idempotency_keys.body: 0 encrypted again");

        (await CheckAsync(database, $"new:{New}", key, owner)).ShouldBe(first);
        (await postgres.ScalarAsync<long>(database, "select count(*) from checks.checks")).ShouldBe(1);
    }

    private Task<(int Code, string Said)> RotateAsync(string database, string keys) =>
        ServerVerb.RunAsync(
            postgres.Url(database),
            new Dictionary<string, string> { ["ENCRYPTION_KEY"] = keys },
            "rotate-keys"
        );

    /// <summary>One check under an idempotency key, on a server that is ended before the next step.</summary>
    private async Task<string> CheckAsync(string database, string keys, string key, Guid owner)
    {
        await using var host = await ChecksHost.StartAsync(postgres, database, keys: keys);
        using var user = host.User(owner);
        user.DefaultRequestHeaders.Add("Idempotency-Key", key);
        return (await user.CheckAsync(new { claim = "Keys turn", mock = true })).GetRawText();
    }
}
