using Heretix.Platform.Cache.Resp;

namespace Heretix.Tests.Unit.Platform;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost", 6379, null, null, 0, false)]
    [InlineData("redis://127.0.0.1:7000/3", "127.0.0.1", 7000, null, null, 3, false)]
    [InlineData("redis://:p%40ss%3A1@cache:6380/1", "cache", 6380, null, "p@ss:1", 1, false)]
    [InlineData("rediss://default:secret@eu.example.com:6379", "eu.example.com", 6379, "default", "secret", 0, true)]
    [InlineData("redis://secret@cache", "cache", 6379, null, "secret", 0, false)]
    [InlineData("redis://[::1]:6379/", "::1", 6379, null, null, 0, false)]
    public void An_address_is_read_in_the_forms_that_operators_write(
        string text,
        string host,
        int port,
        string? user,
        string? password,
        int database,
        bool tls
    )
    {
        RedisAddress.TryParse(text, out var address, out _).ShouldBeTrue();
        address.ShouldBe(new RedisAddress(host, port, user, password, database, tls));
    }

    [Theory]
    [InlineData("localhost", "not an address")]
    [InlineData("redis:", "not an address")]
    [InlineData("http://localhost", "scheme is http")]
    [InlineData("redis://localhost/cache", "database is cache")]
    [InlineData("redis://localhost/-1", "database is -1")]
    [InlineData("redis://:hunter2@localhost/0?ssl=true", "nothing may follow")]
    public void What_is_no_address_is_explained_without_the_password(string text, string reason)
    {
        RedisAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeNull().ShouldContain(reason);
        problem.ShouldNotContain("hunter2");
    }

    [Fact]
    public void The_password_is_not_in_the_words_for_logs()
    {
        RedisAddress.TryParse("redis://user:hunter2@host/2", out var address, out _).ShouldBeTrue();
        $"{address}".ShouldBe("redis://host:6379/2");
    }
}
