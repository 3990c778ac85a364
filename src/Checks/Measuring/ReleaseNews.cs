using System.Collections.Concurrent;
using Heretix.Platform.Notifications;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Checks.Measuring;

/// <summary>Tells who waits for a subject that its lease was given back, here or in another process.</summary>
internal sealed class ReleaseNews : IDisposable
{
    /// <summary>The channel on which releases are announced; the payload is the subject.</summary>
    public const string Channel = "checks";

    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);
    private readonly IDisposable? subscription;

    /// <param name="services">Where the server's ear is, in roles that have one; without it, waiting is polling.</param>
    public ReleaseNews(IServiceProvider services) =>
        subscription = services.GetService<INotifications>()?.Subscribe(Channel, Heard);

    /// <summary>Completes at the next release of the subject.</summary>
    public Task NextAsync(string subject) =>
        waiting
            .GetOrAdd(subject, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .Task;

    /// <summary>The subject was released; null when something may have been missed.</summary>
    public void Heard(string? subject)
    {
        if (subject is null)
        {
            foreach (var missed in waiting.Keys)
                Heard(missed);
        }
        else if (waiting.TryRemove(subject, out var waiter))
        {
            waiter.SetResult();
        }
    }

    public void Dispose() => subscription?.Dispose();
}
