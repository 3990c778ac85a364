using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Heretix.Platform.Telemetry.Logs;

/// <summary>
/// One JSON object on one line for each entry: <c>time, level, category, event_id, event, message, template, fields,
/// request_id, trace_id, exception</c>. What is sensitive is replaced.
/// </summary>
internal sealed class JsonLines(TimeProvider time, IHttpContextAccessor requests) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "heretix-json";
    private const string TemplateKey = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new()
    {
        // The lines go to a log, not into a page; letters stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString(
                "time",
                time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
            );
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event_id", logEntry.EventId.Id);
            json.WriteString("event", logEntry.EventId.Name);
            WriteMessage(json, logEntry);
            json.WriteString("request_id", requests.HttpContext?.TraceIdentifier);
            json.WriteString("trace_id", Activity.Current?.TraceId.ToHexString());
            WriteException(json, logEntry.Exception);
            json.WriteEndObject();
        }
        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteMessage<TState>(Utf8JsonWriter json, in LogEntry<TState> entry)
    {
        var state = entry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        json.WriteString("message", Redaction.Message(entry.Formatter?.Invoke(entry.State, null) ?? "", state));
        json.WriteString("template", state.FirstOrDefault(field => field.Key == TemplateKey).Value as string);
        json.WriteStartObject("fields");
        foreach (var (key, value) in state)
        {
            if (key != TemplateKey)
                WriteField(json, key, value);
        }
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, string key, object? value)
    {
        if (Redaction.IsSensitive(key))
        {
            json.WriteString(key, Redaction.Hidden);
            return;
        }
        switch (value)
        {
            case null:
                json.WriteNull(key);
                break;
            case bool flag:
                json.WriteBoolean(key, flag);
                break;
            case int number:
                json.WriteNumber(key, number);
                break;
            case long number:
                json.WriteNumber(key, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(key, number);
                break;
            default:
                json.WriteString(key, Redaction.Text(Text(value)));
                break;
        }
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
        {
            json.WriteNull("exception");
            return;
        }
        json.WriteStartObject("exception");
        json.WriteString("type", exception.GetType().FullName);
        json.WriteString("message", Redaction.Text(exception.Message));
        json.WriteString("stack", Redaction.Text(exception.ToString()));
        json.WriteEndObject();
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            DateTimeOffset moment => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            System.Collections.IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Text)),
            _ => value.ToString() ?? "",
        };

    private static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
}
