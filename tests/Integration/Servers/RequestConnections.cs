using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Heretix.Tests.Integration.Servers;

/// <summary>
/// Watches which database connections the requests of a host hold. A request that opens a second one while it holds a
/// first fails at once and stands in <see cref="Violations"/>, which every host checks when it is disposed. What goes on
/// after the request, in a task that it started, counts as the request unless the flow of its context is suppressed.
/// </summary>
public sealed class RequestConnections : DbConnectionInterceptor, IStartupFilter
{
    private readonly AsyncLocal<Request?> current = new();
    private readonly ConcurrentDictionary<DbConnection, Request> held = [];
    private readonly ConcurrentQueue<string> violations = [];

    /// <summary>Connections that requests hold now; zero while a model, a mail server or anything slow is waited for.</summary>
    public int HeldNow => held.Count;

    /// <summary>Requests that tried to hold two connections at once.</summary>
    public IReadOnlyCollection<string> Violations => violations;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(
                (context, rest) =>
                {
                    current.Value = new Request($"{context.Request.Method} {context.Request.Path}");
                    return rest(context);
                }
            );
            next(app);
        };

    public override InterceptionResult ConnectionOpening(
        DbConnection connection,
        ConnectionEventData eventData,
        InterceptionResult result
    )
    {
        Take(connection);
        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection,
        ConnectionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        Take(connection);
        return ValueTask.FromResult(result);
    }

    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) =>
        GiveBack(connection);

    public override Task ConnectionFailedAsync(
        DbConnection connection,
        ConnectionErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        GiveBack(connection);
        return Task.CompletedTask;
    }

    public override void ConnectionCanceled(DbConnection connection, ConnectionEndEventData eventData) =>
        GiveBack(connection);

    public override Task ConnectionCanceledAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        GiveBack(connection);
        return Task.CompletedTask;
    }

    public override void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) =>
        GiveBack(connection);

    public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        GiveBack(connection);
        return Task.CompletedTask;
    }

    // A context that is disposed with its connection open does not close it first.
    public override void ConnectionDisposed(DbConnection connection, ConnectionEndEventData eventData) =>
        GiveBack(connection);

    public override Task ConnectionDisposedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        GiveBack(connection);
        return Task.CompletedTask;
    }

    private void Take(DbConnection connection)
    {
        if (current.Value is not { } request)
            return;
        if (Interlocked.Increment(ref request.Held) > 1)
        {
            Interlocked.Decrement(ref request.Held);
            violations.Enqueue(request.Name);
            throw new InvalidOperationException($"{request.Name} holds a database connection and opens another");
        }
        held[connection] = request;
    }

    private void GiveBack(DbConnection connection)
    {
        if (held.TryRemove(connection, out var request))
            Interlocked.Decrement(ref request.Held);
    }

    private sealed class Request(string name)
    {
        public int Held;

        public string Name => name;
    }
}
