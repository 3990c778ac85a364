using System.Collections.Concurrent;
using System.Data;
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
        Refuse();
        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection,
        ConnectionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        Refuse();
        return ValueTask.FromResult(result);
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        Take(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Take(connection);
        return Task.CompletedTask;
    }

    private void Refuse()
    {
        if (current.Value is not { Held: > 0 } request)
            return;
        violations.Enqueue(request.Name);
        throw new InvalidOperationException($"{request.Name} holds a database connection and opens another");
    }

    private void Take(DbConnection connection)
    {
        if (current.Value is not { } request || !held.TryAdd(connection, request))
            return;
        connection.StateChange += GiveBack;
        // Two that were opened side by side.
        if (Interlocked.Increment(ref request.Held) > 1)
            violations.Enqueue(request.Name);
    }

    private void GiveBack(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState != ConnectionState.Closed || sender is not DbConnection connection)
            return;
        connection.StateChange -= GiveBack;
        if (held.TryRemove(connection, out var request))
            Interlocked.Decrement(ref request.Held);
    }

    private sealed class Request(string name)
    {
        public int Held;

        public string Name => name;
    }
}
