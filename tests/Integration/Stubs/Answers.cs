using System.Text;

namespace Heretix.Tests.Integration.Stubs;

/// <summary>Answers that every provider may give.</summary>
public static class Answers
{
    public static Answer Json(int status, string body, params (string Name, string Value)[] headers) =>
        async (context, cancellationToken) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync(body, cancellationToken);
        };

    /// <summary>Server-sent events, flushed after every so many bytes, whatever they cut through.</summary>
    public static Answer Events(string events, int chunk = int.MaxValue) =>
        async (context, cancellationToken) =>
        {
            context.Response.ContentType = "text/event-stream";
            var bytes = Encoding.UTF8.GetBytes(events);
            for (var start = 0; start < bytes.Length; start += chunk)
            {
                var length = Math.Min(chunk, bytes.Length - start);
                await context.Response.Body.WriteAsync(bytes.AsMemory(start, length), cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
                if (chunk < int.MaxValue)
                    await Task.Yield();
            }
        };

    /// <summary>Events, and then the connection is cut.</summary>
    public static Answer EventsThenCut(string events) =>
        async (context, cancellationToken) =>
        {
            await Events(events)(context, cancellationToken);
            // What was flushed must have left before the reset, which would overtake it.
            await Task.Delay(50, cancellationToken);
            context.Abort();
        };

    /// <summary>Events, and then silence.</summary>
    public static Answer EventsThenSilence(string events) =>
        async (context, cancellationToken) =>
        {
            await Events(events)(context, cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };

    /// <summary>Never answers.</summary>
    public static Answer Silence() => (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    /// <summary>Cuts the connection without an answer.</summary>
    public static Answer Drop() =>
        (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
}
