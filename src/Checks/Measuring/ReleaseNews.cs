using System.Collections.Concurrent;
using Heretix.Platform.Notifications;

namespace Heretix.Checks.Measuring;

/// <summary>Tells who waits for a subject that its lease was given back, here or in another process.</summary>
internal sealed class ReleaseNews : IDisposable
{
    /// <summary>The channel on which releases are announced; the payload is the subject.</summary>
    public const string Channel = "checks";

    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);
    private readonly IDisposable subscription;

    /// <param name="notifications">Where releases are heard; what is missed, polling makes up for.</param>
    public ReleaseNews(INotifications notifications) => subscription = notifications.Subscribe(Channel, Heard);

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

    public void Dispose() => subscription.Dispose();
}
