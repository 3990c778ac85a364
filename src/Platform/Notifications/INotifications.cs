namespace Heretix.Platform.Notifications;

/// <summary>
/// Hears what transactions announce with <c>pg_notify</c>, over one connection per process. A subscriber is also told
/// (with a null payload) whenever the connection was lost and is back, because something may have been missed meanwhile.
/// </summary>
public interface INotifications
{
    /// <summary>Hears a channel until the result is disposed. The handler must be quick and must not throw.</summary>
    IDisposable Subscribe(string channel, Action<string?> heard);
}
