namespace Heretix.Platform.Notifications;

/// <summary>
/// Hears what transactions announce with <c>pg_notify</c>, over one connection per process. A subscriber is also told
/// (with a null payload) when its channel begins to be heard and whenever the connection was lost and is back, because
/// something may have been missed until then.
/// </summary>
public interface INotifications
{
    /// <summary>Hears a channel until the result is disposed. The handler must be quick; what it throws is logged.</summary>
    /// <param name="channel">Small letters, digits and underscores, at most 63.</param>
    /// <param name="heard">Told the payload, or null. Calls come one after the other.</param>
    /// <exception cref="ArgumentException">The channel is not such a name.</exception>
    IDisposable Subscribe(string channel, Action<string?> heard);
}
