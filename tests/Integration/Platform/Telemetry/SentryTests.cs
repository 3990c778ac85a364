using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Heretix.Platform.Telemetry.Sentry;

namespace Heretix.Tests.Integration.Platform.Telemetry;

/// <summary>Errors become Sentry envelopes, against a stub of Sentry's envelope endpoint.</summary>
public sealed class SentryTests
{
    private const string Jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_in_a_request_is_reported_in_the_form_that_sentry_reads_and_scrubbed()
    {
        await using var sentry = await RecordingServer.StartAsync();
        await using var host = await StartAsync(
            sentry,
            app =>
                app.MapGet(
                    "/broken/{id}",
                    string (string id, HttpContext context) =>
                    {
                        context.TraceIdentifier = "req-7";
                        throw new InvalidOperationException(
                            $"no way for ada@example.org with Bearer abcdef123456 and {Jwt}",
                            new ArgumentException("key sk_live_abcdefgh at https://user:pass@host/")
                        );
                    }
                )
        );
        using var client = host.Client();
        await client.GetAsync(new Uri("/broken/private-id?token=secret-token", UriKind.Relative), Stop);

        var received = await sentry.ReceiveAsync(Stop);
        received.Method.ShouldBe("POST");
        received.Path.ShouldBe("/api/42/envelope/");
        received.Headers["X-Sentry-Auth"].ToString().ShouldStartWith("Sentry sentry_version=7, sentry_client=heretix/");
        received.Headers["X-Sentry-Auth"].ToString().ShouldEndWith(", sentry_key=publickey");
        received.Headers.ContentType.ToString().ShouldBe("application/x-sentry-envelope");

        var (header, item, report) = Parse(received.Body);
        report.GetProperty("event_id").GetString().ShouldBe(header.GetProperty("event_id").GetString());
        report.GetProperty("event_id").GetString()!.ShouldMatch("^[0-9a-f]{32}$");
        item.GetProperty("type").GetString().ShouldBe("event");
        report.GetProperty("level").GetString().ShouldBe("error");
        report.GetProperty("transaction").GetString().ShouldBe("/broken/{id}");
        report.GetProperty("environment").GetString().ShouldBe("test");
        report.GetProperty("release").GetString().ShouldBe("heretix@0.1.0");
        report.GetProperty("tags").GetProperty("request_id").GetString().ShouldBe("req-7");
        var exceptions = report.GetProperty("exception").GetProperty("values").EnumerateArray().ToList();
        exceptions.Count.ShouldBe(2);
        exceptions[0].GetProperty("type").GetString().ShouldBe("ArgumentException");
        exceptions[1].GetProperty("type").GetString().ShouldBe("InvalidOperationException");
        var last = exceptions[1].GetProperty("stacktrace").GetProperty("frames").EnumerateArray().Last();
        last.GetProperty("function").GetString()!.ShouldContain("An_error_in_a_request");
        last.GetProperty("in_app").GetBoolean().ShouldBeTrue();

        exceptions[1]
            .GetProperty("value")
            .GetString()
            .ShouldBe("no way for ***EMAIL_REDACTED*** with Bearer ***REDACTED*** and ***JWT_REDACTED***");
        var everything = Encoding.UTF8.GetString(received.Body);
        foreach (
            var secret in new[] { "ada@", "abcdef123456", Jwt, "sk_live", "user:pass", "private-id", "secret-token" }
        )
            everything.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Fields_under_sensitive_keys_are_hidden_whatever_they_hold()
    {
        await using var sentry = await RecordingServer.StartAsync();
        await using var host = await StartAsync(sentry);
        var log = host.Services.GetRequiredService<ILogger<SentryTests>>();
        log.LogError("Wrong {Password} of {UserName} at {Count}", "hunter2", "plain", 3);
        var (_, _, report) = Parse((await sentry.ReceiveAsync(Stop)).Body);
        var extra = report.GetProperty("extra");
        extra.GetProperty("Password").GetString().ShouldBe("***REDACTED***");
        extra.GetProperty("UserName").GetString().ShouldBe("plain");
        extra.GetProperty("Count").GetString().ShouldBe("3");
        report.GetRawText().ShouldNotContain("hunter2");
        report.TryGetProperty("exception", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Warnings_are_not_reported_and_what_is_queued_is_sent_on_stop()
    {
        await using var sentry = await RecordingServer.StartAsync();
        await using var host = await StartAsync(sentry);
        var log = host.Services.GetRequiredService<ILogger<SentryTests>>();
        log.LogWarning("not this");
        for (var i = 0; i < 5; i++)
            log.LogError("this {Number}", i);
        await host.StopAsync();
        sentry.Count.ShouldBe(5);
    }

    [Fact]
    public async Task While_sentry_asks_for_silence_reports_are_dropped_and_counted()
    {
        await using var sentry = await RecordingServer.StartAsync();
        sentry.Next(429, "", ("Retry-After", "3600"));
        await using var host = await StartAsync(sentry);
        var log = host.Services.GetRequiredService<ILogger<SentryTests>>();
        for (var i = 0; i < 10; i++)
            log.LogError("again {Number}", i);
        await host.StopAsync();
        sentry.Count.ShouldBe(1);
        host.Services.GetRequiredService<SentryQueue>().Dropped.ShouldBe(10);
    }

    [Fact]
    public async Task A_sentry_that_hangs_holds_up_neither_requests_nor_the_stop()
    {
        await using var sentry = await RecordingServer.StartAsync();
        var reached = new TaskCompletionSource();
        sentry.Usual = context =>
        {
            reached.TrySetResult();
            return Task.Delay(-1, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var host = await StartAsync(
            sentry,
            app => app.MapGet("/broken", string () => throw new IOException())
        );
        using var client = host.Client();
        await client.GetAsync(new Uri("/broken", UriKind.Relative), Stop);
        await reached.Task.WaitAsync(Stop);
        // The queue holds 100; what comes after that is dropped at once.
        for (var i = 0; i < 150; i++)
            await client.GetAsync(new Uri("/broken", UriKind.Relative), Stop);
        host.Services.GetRequiredService<SentryQueue>().Dropped.ShouldBeInRange(50, 250);

        // The stop gives up on it by itself; without that this would wait for the client's own ten seconds and for each report.
        var clock = Stopwatch.StartNew();
        await host.StopAsync();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(9));
    }

    private static Task<PlatformHost> StartAsync(RecordingServer sentry, Action<WebApplication>? pipeline = null) =>
        PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["SENTRY_DSN"] = $"http://publickey@{sentry.Address.Authority}/42" },
            pipeline: pipeline
        );

    /// <summary>Reads an envelope as its definition says: a header, then items with a header that gives their length.</summary>
    private static (JsonElement Header, JsonElement Item, JsonElement Report) Parse(byte[] envelope)
    {
        var first = Array.IndexOf(envelope, (byte)'\n');
        var second = Array.IndexOf(envelope, (byte)'\n', first + 1);
        var header = JsonElement.Parse(envelope.AsSpan(0, first));
        var item = JsonElement.Parse(envelope.AsSpan(first + 1, second - first - 1));
        var length = item.GetProperty("length").GetInt32();
        var payload = envelope.AsSpan(second + 1, length);
        Encoding.UTF8.GetString(envelope.AsSpan(second + 1 + length)).ShouldBe("\n");
        return (header, item, JsonElement.Parse(payload));
    }
}
