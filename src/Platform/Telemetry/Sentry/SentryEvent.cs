using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Heretix.Platform.Telemetry.Sentry;

/// <summary>What goes along with every report of a process.</summary>
/// <param name="Release">For example <c>heretix@0.1.0</c>.</param>
/// <param name="Environment"><c>local</c>, <c>test</c> or <c>prod</c>.</param>
/// <param name="Role"><c>all</c>, <c>api</c> or <c>worker</c>.</param>
internal sealed record SentryProcess(string Release, string Environment, string Role);

/// <summary>One error, as it was when it was logged; its message is scrubbed already.</summary>
internal sealed record SentryEvent(
    Guid Id,
    DateTimeOffset Time,
    string Level,
    string Category,
    string Message,
    IReadOnlyList<KeyValuePair<string, string>> Fields,
    Exception? Exception,
    string? Route,
    string? RequestId,
    string? TraceId
)
{
    private const int MostExceptions = 8;
    private const int MostFrames = 100;

    /// <summary>The envelope: a line of headers, a line for the item, the event. Every text in it has been scrubbed.</summary>
    public byte[] Envelope(SentryProcess process, DateTimeOffset sent)
    {
        var payload = Payload(process);
        var envelope = new ArrayBufferWriter<byte>(payload.Length + 256);
        Write(
            envelope,
            json =>
            {
                json.WriteString("event_id", Id.ToString("N"));
                json.WriteString("sent_at", Moment(sent));
            }
        );
        envelope.Write("\n"u8);
        Write(
            envelope,
            json =>
            {
                json.WriteString("type", "event");
                json.WriteNumber("length", payload.Length);
                json.WriteString("content_type", "application/json");
            }
        );
        envelope.Write("\n"u8);
        envelope.Write(payload);
        envelope.Write("\n"u8);
        return envelope.WrittenSpan.ToArray();
    }

    private byte[] Payload(SentryProcess process)
    {
        var payload = new ArrayBufferWriter<byte>(4096);
        Write(
            payload,
            json =>
            {
                json.WriteString("event_id", Id.ToString("N"));
                json.WriteString("timestamp", Moment(Time));
                json.WriteString("platform", "csharp");
                json.WriteString("level", Level);
                json.WriteString("logger", Category);
                json.WriteString("release", process.Release);
                json.WriteString("environment", process.Environment);
                if (Route is not null)
                    json.WriteString("transaction", Route);
                json.WriteStartObject("logentry");
                json.WriteString("formatted", Message);
                json.WriteEndObject();
                json.WriteStartObject("tags");
                json.WriteString("role", process.Role);
                if (RequestId is not null)
                    json.WriteString("request_id", Redaction.Text(RequestId));
                if (TraceId is not null)
                    json.WriteString("trace_id", TraceId);
                json.WriteEndObject();
                json.WriteStartObject("extra");
                foreach (var (key, value) in Fields)
                    json.WriteString(key, Redaction.IsSensitive(key) ? Redaction.Hidden : Redaction.Text(value));
                json.WriteEndObject();
                WriteExceptions(json);
            }
        );
        return payload.WrittenSpan.ToArray();
    }

    private void WriteExceptions(Utf8JsonWriter json)
    {
        if (Exception is null)
            return;
        var chain = new List<Exception>();
        for (var next = Exception; next is not null && chain.Count < MostExceptions; next = next.InnerException)
            chain.Add(next);
        json.WriteStartObject("exception");
        json.WriteStartArray("values");
        // Sentry wants the cause first and the outermost exception last.
        for (var i = chain.Count - 1; i >= 0; i--)
            WriteException(json, chain[i]);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteException(Utf8JsonWriter json, Exception exception)
    {
        json.WriteStartObject();
        json.WriteString("type", exception.GetType().Name);
        json.WriteString("module", exception.GetType().Namespace);
        json.WriteString("value", Redaction.Text(exception.Message));
        json.WriteStartObject("stacktrace");
        json.WriteStartArray("frames");
        // Sentry wants the oldest call first.
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames().Take(MostFrames).Reverse())
            WriteFrame(json, frame);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFrame(Utf8JsonWriter json, StackFrame frame)
    {
        var method = DiagnosticMethodInfo.Create(frame);
        var module = method?.DeclaringTypeName;
        json.WriteStartObject();
        json.WriteString("function", method?.Name ?? "unknown");
        if (module is not null)
            json.WriteString("module", module);
        // Only the name of the file: folders tell how the machine is set up.
        if (frame.GetFileName() is { } file)
            json.WriteString("filename", Path.GetFileName(file));
        if (frame.GetFileLineNumber() is > 0 and var line)
            json.WriteNumber("lineno", line);
        json.WriteBoolean("in_app", module?.StartsWith("Heretix.", StringComparison.Ordinal) == true);
        json.WriteEndObject();
    }

    private static void Write(ArrayBufferWriter<byte> to, Action<Utf8JsonWriter> members)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    }

    private static string Moment(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
