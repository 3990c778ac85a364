using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Heretix.Platform.Cache.Resp;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heretix.Tests.Integration.Platform;

/// <summary>Whatever a Redis does, its callers get an answer or are told that there is none.</summary>
public sealed class RespClientTests
{
    private static readonly RespTuning Quick = new()
    {
        Timeout = TimeSpan.FromMilliseconds(200),
        FirstRetry = TimeSpan.FromMilliseconds(20),
        LongestRetry = TimeSpan.FromMilliseconds(50),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parallel_callers_share_a_connection_and_each_gets_its_own_answer()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url);
        await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 200; i++)
                        {
                            var value = RandomNumberGenerator.GetBytes((caller * 37 % 500) + i);
                            (await redis.SendAsync("SET", $"k{caller}", value, "PX", 60_000)).IsOk.ShouldBeTrue();
                            (await redis.SendAsync("GET", $"k{caller}")).Bytes.ToArray().ShouldBe(value);
                        }
                    })
                )
        );
        (await redis.SendAsync("INFO", "clients"))
            .Bytes.ToArray()
            .ShouldSatisfyAllConditions(info => Encoding.UTF8.GetString(info).ShouldContain("connected_clients:1"));
    }

    [Fact]
    public async Task Errors_numbers_nulls_and_large_values_are_answers()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url + "/3");
        var large = RandomNumberGenerator.GetBytes(1_000_000);
        (await redis.SendAsync("SET", "large", large)).IsOk.ShouldBeTrue();
        (await redis.SendAsync("GET", "large")).Bytes.ToArray().ShouldBe(large);
        (await redis.SendAsync("GET", "none")).Kind.ShouldBe(RespKind.Null);
        (await redis.SendAsync("INCR", "n")).Integer.ShouldBe(1);
        (await redis.SendAsync("PEXPIRE", "n", 5000)).Integer.ShouldBe(1);
        (await redis.SendAsync("NONSENSE")).Describe().ShouldContain("unknown command");
        (await redis.SendAsync("DEL", "large", "n")).Integer.ShouldBe(2);
        var script = new RespScript(redis, "return {KEYS[1], tonumber(ARGV[1]) + 1}");
        for (var i = 0; i < 3; i++)
            (await script.RunAsync("k", i)).Items[1].Integer.ShouldBe(i + 1);
        (await redis.SendAsync("SCRIPT", "FLUSH")).IsOk.ShouldBeTrue();
        (await script.RunAsync("k", 9)).Items[1].Integer.ShouldBe(10);
    }

    [Fact]
    public async Task A_password_is_given_and_a_wrong_one_leaves_us_without_redis_but_not_without_answers()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using (var open = await ClientAsync(server.Url))
            (await open.SendAsync("CONFIG", "SET", "requirepass", "s3:cret@")).IsOk.ShouldBeTrue();
        await using var right = await ClientAsync($"redis://:s3%3Acret%40@127.0.0.1:{server.Port}");
        (await right.SendAsync("PING")).Kind.ShouldBe(RespKind.Status);
        await using var wrong = await ClientAsync($"redis://:other@127.0.0.1:{server.Port}");
        wrong.IsConnected.ShouldBeFalse();
        (await wrong.SendAsync("PING")).Kind.ShouldBe(RespKind.Unavailable);
    }

    [Fact]
    public async Task A_hanging_server_costs_all_callers_together_one_time_out()
    {
        await using var stub = new RespStub(_ => null);
        await using var redis = await ClientAsync($"redis://127.0.0.1:{stub.Port}");
        var callers = Enumerable.Range(0, 50).Select(_ => redis.SendAsync("GET", "k").AsTask()).ToArray();
        callers.ShouldAllBe(caller => !caller.IsCompleted);
        (await Task.WhenAll(callers)).ShouldAllBe(reply => reply.Kind == RespKind.Unavailable);
        stub.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task While_the_server_hangs_later_callers_do_not_wait_at_all()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url);
        await server.SignalAsync("STOP");
        (await redis.SendAsync("GET", "k")).Kind.ShouldBe(RespKind.Unavailable);
        for (var i = 0; i < 1000; i++)
        {
            var sent = redis.SendAsync("GET", "k");
            sent.IsCompleted.ShouldBeTrue();
            (await sent).Kind.ShouldBe(RespKind.Unavailable);
        }
        await server.SignalAsync("CONT");
        await Eventually(() => redis.IsConnected);
        (await redis.SendAsync("GET", "k")).Kind.ShouldBe(RespKind.Null);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "byte 0x48")]
    [InlineData("$3\r\nabcdef\r\n", "does not end there")]
    [InlineData("$99999999\r\n", "bulk string of 99999999 bytes")]
    [InlineData("+one\r\n+two\r\n", "nobody asked for")]
    public async Task Garbage_ends_the_connection_with_its_reason_and_the_next_one_is_tried(
        string garbage,
        string reason
    )
    {
        var log = new RememberingLog();
        await using var stub = new RespStub(_ => garbage);
        await using var redis = await ClientAsync($"redis://127.0.0.1:{stub.Port}", log: log);
        await redis.SendAsync("GET", "k");
        await Eventually(() => stub.Connections > 1 && redis.IsConnected);
        log.Lines.ShouldContain(line => line.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_before_the_garbage_still_count()
    {
        await using var stub = new RespStub(_ => "+fine\r\n?\r\n");
        await using var redis = await ClientAsync($"redis://127.0.0.1:{stub.Port}");
        (await redis.SendAsync("GET", "k")).Describe().ShouldBe("fine");
    }

    [Fact]
    public async Task A_reply_that_is_cut_in_the_middle_is_no_answer()
    {
        var log = new RememberingLog();
        var cut = false;
        await using var stub = new RespStub(_ =>
        {
            // The first piece of a reply, and at the next command the end.
            (var hangUp, cut) = (cut, true);
            return hangUp ? "" : "$100\r\nabc";
        });
        await using var redis = await ClientAsync($"redis://127.0.0.1:{stub.Port}", log: log);
        var first = redis.SendAsync("GET", "k").AsTask();
        await Eventually(() => cut);
        var second = redis.SendAsync("GET", "k").AsTask();
        (await first).Kind.ShouldBe(RespKind.Unavailable);
        (await second).Kind.ShouldBe(RespKind.Unavailable);
        await Eventually(() =>
            log.Lines.Any(line => line.Contains("in the middle of a reply", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Tls_is_spoken_and_a_certificate_that_nobody_vouches_for_is_refused()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        await using var stub = new RespStub(_ => "+encrypted\r\n", certificate);
        var address = $"rediss://127.0.0.1:{stub.Port}";
        await using var strict = await ClientAsync(address);
        strict.IsConnected.ShouldBeFalse();
        var thumbprint = certificate.Thumbprint;
        var pinned = Quick with
        {
            Certificate = (_, given, _, _) => ((X509Certificate2)given!).Thumbprint == thumbprint,
        };
        await using var redis = await ClientAsync(address, pinned);
        (await redis.SendAsync("GET", "k")).Describe().ShouldBe("encrypted");
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_in_the_middle_of_traffic_is_found_again()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var answered = 0;
        var callers = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!enough.IsCancellationRequested)
                    {
                        if ((await redis.SendAsync("INCR", "n")).Kind == RespKind.Integer)
                            Interlocked.Increment(ref answered);
                        await Task.Yield();
                    }
                })
            )
            .ToArray();
        for (var round = 0; round < 3; round++)
        {
            var before = answered;
            await Eventually(() => answered > before + 100);
            await server.SignalAsync("KILL");
            await Eventually(() => !redis.IsConnected);
            await server.StartAsync();
            await Eventually(() => redis.IsConnected);
        }
        await enough.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Fact]
    public async Task A_write_that_must_arrive_and_did_not_ends_the_connection_and_the_next_begins_with_what_makes_up_for_it()
    {
        await using var stub = new RespStub(text =>
            text.Contains("MARK", StringComparison.Ordinal) ? "+OK\r\n" : "-OOM no\r\n"
        );
        var opened = 0;
        RedisAddress.TryParse($"redis://127.0.0.1:{stub.Port}", out var address, out _).ShouldBeTrue();
        await using var redis = new RespClient(address!, Quick, TimeProvider.System, NullLogger.Instance)
        {
            Opening = async connection =>
            {
                Interlocked.Increment(ref opened);
                return (await connection.SendAsync("MARK")).IsOk;
            },
        };
        await redis.StartAsync();
        opened.ShouldBe(1);
        (await redis.WriteOrReopenAsync("SET", "k", "v")).ShouldBeFalse();
        await Eventually(() => opened == 2 && redis.IsConnected);
    }

    /// <summary>Waits for something that a background loop brings about; the test's own time limit ends it.</summary>
    internal static async Task Eventually(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "it never happened");
            await Task.Delay(5, Stop);
        }
    }

    internal static async Task<RespClient> ClientAsync(
        string url,
        RespTuning? tuning = null,
        Microsoft.Extensions.Logging.ILogger? log = null
    )
    {
        RedisAddress.TryParse(url, out var address, out _).ShouldBeTrue();
        var redis = new RespClient(address!, tuning ?? Quick, TimeProvider.System, log ?? NullLogger.Instance);
        await redis.StartAsync();
        return redis;
    }
}
