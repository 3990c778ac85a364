using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Telemetry.Sentry;

/// <summary>Every error that is logged becomes a report.</summary>
[ProviderAlias("Sentry")]
internal sealed class SentryLogs(IServiceProvider services, TimeProvider time, IHttpContextAccessor requests)
    : ILoggerProvider
{
    /// <summary>Found at the first error: the queue itself has a logger, so it cannot be there before the providers are.</summary>
    private readonly Lazy<SentryQueue> queue = new(services.GetRequiredService<SentryQueue>);

    private TimeProvider Time => time;

    private IHttpContextAccessor Requests => requests;

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() { }

    private sealed class Category(SentryLogs logs, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (!IsEnabled(logLevel))
                return;
            var request = logs.Requests.HttpContext;
            logs.queue.Value.Offer(
                new SentryEvent(
                    Guid.CreateVersion7(logs.Time.GetUtcNow()),
                    logs.Time.GetUtcNow(),
                    logLevel == LogLevel.Critical ? "fatal" : "error",
                    name,
                    Redaction.Message(
                        formatter(state, null),
                        state as IReadOnlyList<KeyValuePair<string, object?>> ?? []
                    ),
                    Fields(state),
                    exception,
                    request is null ? null : RequestTelemetry.PathOf(request),
                    request?.TraceIdentifier,
                    Activity.Current?.TraceId.ToHexString()
                )
            );
        }

        private static List<KeyValuePair<string, string>> Fields<TState>(TState state)
        {
            var fields = new List<KeyValuePair<string, string>>();
            foreach (var (key, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                if (key != "{OriginalFormat}")
                    fields.Add(new(key, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
            }
            return fields;
        }
    }
}
