using System.Collections.Concurrent;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Http;

/// <summary>The log names the request, and complains only about what is ours.</summary>
public sealed class RequestLogTests(PostgresCluster postgres)
{
    [Fact]
    public async Task A_failure_is_logged_once_under_the_id_of_its_request()
    {
        using var log = new Lines();
        await using var host = await StartAsync(
            log,
            routes => routes.MapGet("/api/test/fails", string () => throw new InvalidDataException("broken"))
        );
        using var client = host.Client();
        client.DefaultRequestHeaders.Add("X-Request-Id", "the-one");
        using var answer = await client.GetAsync("/api/test/fails".Relative(), TestContext.Current.CancellationToken);
        var error = log.Errors.ShouldHaveSingleItem();
        error.Exception.ShouldBeOfType<InvalidDataException>();
        error.RequestId.ShouldBe("the-one");
    }

    [Fact]
    public async Task A_caller_who_goes_away_is_no_error()
    {
        using var log = new Lines();
        var entered = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var host = await StartAsync(
            log,
            routes =>
                routes.MapGet(
                    "/api/test/waits",
                    async (CancellationToken gone) =>
                    {
                        entered.SetResult();
                        try
                        {
                            await Task.Delay(Timeout.Infinite, gone);
                        }
                        finally
                        {
                            left.SetResult();
                        }
                    }
                )
        );
        using (var impatient = new CancellationTokenSource())
        {
            using var client = host.Client();
            var lost = client.GetAsync("/api/test/waits".Relative(), impatient.Token);
            await entered.Task;
            await impatient.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(lost);
        }
        await left.Task;
        // The same server still answers, and by now would have complained.
        using var other = host.Client();
        using var answer = await other.GetAsync("/api/test/x".Relative(), TestContext.Current.CancellationToken);
        log.Errors.ShouldBeEmpty();
    }

    private async Task<HeretixHost> StartAsync(Lines log, Action<IEndpointRouteBuilder> routes) =>
        await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            services: services => services.AddSingleton<ILoggerProvider>(log),
            routes: routes
        );

    private sealed record Line(LogLevel Level, Exception? Exception, string? RequestId);

    /// <summary>Keeps what is logged, with the id of the request from the scopes.</summary>
    private sealed class Lines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private readonly ConcurrentQueue<Line> lines = new();
        private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

        public IReadOnlyList<Line> Errors => [.. lines.Where(line => line.Level >= LogLevel.Error)];

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            string? request = null;
            scopes.ForEachScope(
                (scope, _) =>
                    request =
                        (scope as IEnumerable<KeyValuePair<string, object>>)
                            ?.Where(pair => pair.Key == "request_id")
                            .Select(pair => pair.Value.ToString())
                            .FirstOrDefault()
                        ?? request,
                state
            );
            lines.Enqueue(new Line(logLevel, exception, request));
        }

        public void Dispose() { }
    }
}
