using System.Collections.Concurrent;

namespace Heretix.Tests.Integration.Platform;

/// <summary>Keeps log lines for a test to look at.</summary>
internal sealed class KeptLogs : ILoggerProvider
{
    /// <summary>Category, event and message of every line at warning and above, and of our own at information.</summary>
    public ConcurrentQueue<(string Category, EventId Event, string Message)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() { }

    private sealed class Category(KeptLogs logs, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => logs.Lines.Enqueue((name, eventId, formatter(state, exception)));
    }
}
