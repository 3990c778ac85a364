using Heretix.Platform.Database;

namespace Heretix.Platform.Cache;

/// <summary>
/// Tells every process, after the commit, that something cached has changed. Call it in the transaction of the change:
/// when that is rolled back nobody hears of it. From the call until the announcement is heard the key is not cached in this
/// process, so that a request which follows the commit here reads the change.
/// </summary>
public interface ICacheAnnouncements
{
    /// <summary>Announces that the value of a key changes with the open transaction of <paramref name="db"/>.</summary>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    /// <exception cref="ArgumentException">The key is empty or longer than 512 characters.</exception>
    Task AnnounceAsync(HeretixDb db, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Announces that everything with a tag changes with the open transaction of <paramref name="db"/>. The tagged entries
    /// are served until it is heard, some milliseconds after the commit.
    /// </summary>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    /// <exception cref="ArgumentException">The tag is empty, <c>*</c> or longer than 512 characters.</exception>
    Task AnnounceTagAsync(HeretixDb db, string tag, CancellationToken cancellationToken);
}
