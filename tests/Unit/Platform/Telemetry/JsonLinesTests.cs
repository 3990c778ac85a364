using System.Diagnostics;
using System.Text.Json;
using Heretix.Platform.Telemetry.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heretix.Tests.Unit.Platform.Telemetry;

/// <summary>Log lines in production.</summary>
public sealed class JsonLinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    [Fact]
    public void An_entry_is_one_line_of_json_with_everything_that_is_known_about_it()
    {
        using var activity = new Activity("request").Start();
        var line = Write(
            "Handled {Count} of {Name} in {Seconds}",
            [new("Count", 3), new("Name", "a\nb"), new("Seconds", 1.5)],
            "Handled 3 of a\nb in 1.5",
            new InvalidOperationException("went\nwrong")
        );
        line.ShouldEndWith("}\n");
        line.Count(letter => letter == '\n').ShouldBe(1);
        var entry = JsonElement.Parse(line);
        entry.GetProperty("time").GetString().ShouldBe("2026-03-04T05:06:07.089Z");
        entry.GetProperty("level").GetString().ShouldBe("warning");
        entry.GetProperty("category").GetString().ShouldBe("Heretix.Tests");
        entry.GetProperty("event_id").GetInt32().ShouldBe(77);
        entry.GetProperty("event").GetString().ShouldBe("Handled");
        entry.GetProperty("message").GetString().ShouldBe("Handled 3 of a\nb in 1.5");
        entry.GetProperty("template").GetString().ShouldBe("Handled {Count} of {Name} in {Seconds}");
        entry.GetProperty("fields").GetProperty("Count").GetInt32().ShouldBe(3);
        entry.GetProperty("fields").GetProperty("Name").GetString().ShouldBe("a\nb");
        entry.GetProperty("fields").GetProperty("Seconds").GetDouble().ShouldBe(1.5);
        entry.GetProperty("request_id").GetString().ShouldBe("req-1");
        entry.GetProperty("trace_id").GetString().ShouldBe(activity.TraceId.ToHexString());
        entry.GetProperty("exception").GetProperty("type").GetString().ShouldBe("System.InvalidOperationException");
        entry.GetProperty("exception").GetProperty("message").GetString().ShouldBe("went\nwrong");
    }

    [Fact]
    public void What_is_sensitive_is_replaced_wherever_it_stands()
    {
        var line = Write(
            "Token {Token} of {Who}",
            [new("Token", "abc-secret"), new("Who", "ada@example.org")],
            "Token abc-secret of ada@example.org",
            new InvalidOperationException("Bearer abcdefghij", new ArgumentException("bob@example.org"))
        );
        line.ShouldContain("***REDACTED***");
        foreach (var secret in new[] { "abc-secret", "ada@", "abcdefghij", "bob@" })
            line.ShouldNotContain(secret);
    }

    [Fact]
    public void Outside_a_request_its_members_are_null()
    {
        using var writer = new StringWriter();
        new JsonLines(new SetTime(Now), new HttpContextAccessor()).Write(
            new LogEntry<string>(LogLevel.Information, "c", default, "plain", null, (state, _) => state),
            null,
            writer
        );
        var entry = JsonElement.Parse(writer.ToString());
        entry.GetProperty("message").GetString().ShouldBe("plain");
        entry.GetProperty("request_id").ValueKind.ShouldBe(JsonValueKind.Null);
        entry.GetProperty("exception").ValueKind.ShouldBe(JsonValueKind.Null);
        entry.GetProperty("template").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static string Write(
        string template,
        KeyValuePair<string, object?>[] fields,
        string message,
        Exception failure
    )
    {
        var requests = new HttpContextAccessor { HttpContext = new DefaultHttpContext { TraceIdentifier = "req-1" } };
        using var writer = new StringWriter();
        KeyValuePair<string, object?>[] state = [.. fields, new("{OriginalFormat}", template)];
        new JsonLines(new SetTime(Now), requests).Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                LogLevel.Warning,
                "Heretix.Tests",
                new EventId(77, "Handled"),
                state,
                failure,
                (_, _) => message
            ),
            null,
            writer
        );
        return writer.ToString();
    }

    private sealed class SetTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
