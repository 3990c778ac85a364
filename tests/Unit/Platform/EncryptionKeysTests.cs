using System.Security.Cryptography;
using System.Text;
using Heretix.Platform.Encryption;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Which keys the server takes, and which it refuses.</summary>
public sealed class EncryptionKeysTests : IDisposable
{
    private static readonly string Strong = Convert.ToBase64String(SHA256.HashData("one"u8));
    private static readonly string Other = Convert.ToBase64String(SHA256.HashData("two"u8));
    private readonly string folder = Directory.CreateTempSubdirectory("hx-keys-").FullName;

    [Fact]
    public void Several_keys_are_read_with_the_newest_first()
    {
        var keys = EncryptionKey.Parse($" 2026:{Strong} , 2025:{Other} ");
        keys.Select(key => key.Id).ShouldBe(["2026", "2025"]);
        Convert.ToBase64String(keys[1].Bytes).ShouldBe(Other);
    }

    [Fact]
    public void A_bare_key_has_an_id_that_depends_on_it_alone()
    {
        var id = EncryptionKey.Parse(Strong)[0].Id;
        id.Length.ShouldBe(8);
        EncryptionKey.Parse($"{Other},{Strong}")[1].Id.ShouldBe(id);
        EncryptionKey.Parse(Other)[0].Id.ShouldNotBe(id);
    }

    [Theory]
    [InlineData(" , ", "no key")]
    [InlineData("c2hvcnQ=", "number 1")]
    [InlineData("a:not base64", "number 1")]
    [InlineData("UPPER:{0}", "lower-case")]
    [InlineData(":{0}", "lower-case")]
    [InlineData("a:{0},a:{1}", "alike")]
    [InlineData("a:{0},b:{1}=", "number 2")]
    public void What_is_no_key_is_explained_without_showing_it(string pattern, string expected)
    {
        var text = pattern.Replace("{0}", Strong).Replace("{1}", Other);
        var said = Should.Throw<FormatException>(() => EncryptionKey.Parse(text)).Message;
        said.ShouldContain(expected);
        said.ShouldNotContain(Strong);
        said.ShouldNotContain(Other);
    }

    [Fact]
    public void Production_wants_a_key() =>
        EncryptionKeys.Problems(Settings("prod")).Single().ShouldContain("openssl rand -base64 32");

    [Theory]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("change-me-change-me-change-me-32")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    public void Production_refuses_a_key_that_somebody_typed(string typed)
    {
        var key = Convert.ToBase64String(Encoding.ASCII.GetBytes(typed));
        EncryptionKeys.Problems(Settings("prod", key)).Single().ShouldContain("not random");
        EncryptionKeys.Problems(Settings("local", key)).ShouldBeEmpty();
    }

    [Fact]
    public void Production_refuses_the_key_that_everybody_knows_and_patterns()
    {
        EncryptionKeys.Problems(Settings("prod", EncryptionKey.ForTests.Text)).ShouldHaveSingleItem();
        var counting = Convert.ToBase64String([.. Enumerable.Range(200, 32).Select(each => (byte)each)]);
        EncryptionKeys.Problems(Settings("prod", counting)).ShouldHaveSingleItem();
        EncryptionKeys.Problems(Settings("prod", Strong)).ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_key_a_local_server_makes_one_that_only_its_user_can_read()
    {
        var made = EncryptionKeys.Load(Settings("local"))[0];
        made.IsWeak.ShouldBeFalse();
        EncryptionKeys.Load(Settings("local"))[0].Bytes.ShouldBe(made.Bytes);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(folder, "encryption.key"))
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Processes_that_start_at_once_agree_on_the_key_that_they_make()
    {
        for (var start = 0; start < 50; start++)
        {
            var keys = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => Task.Run(() => EncryptionKeys.Load(Settings("local"))[0].Text))
            );
            keys.Distinct().ShouldHaveSingleItem();
            File.Delete(Directory.GetFiles(folder).ShouldHaveSingleItem());
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ServerSettings Settings(string environment, string? key = null) =>
        new()
        {
            Environment = environment,
            DataFolder = folder,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?> { ["ENCRYPTION_KEY"] = key })
                .Build(),
        };
}
