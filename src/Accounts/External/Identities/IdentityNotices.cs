using Heretix.Platform.Database;
using Heretix.Platform.Jobs;

namespace Heretix.Accounts.External.Identities;

/// <summary>Has the owner of an account told that a way in was added or taken away, for it may have been somebody else.</summary>
internal sealed class IdentityNotices(IJobQueue jobs, TimeProvider time)
{
    /// <summary>Queues the mail in the open transaction of <paramref name="db"/>, as its last statement.</summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="identity">The identity that was linked or unlinked.</param>
    /// <param name="unlinked">It was unlinked; else it was linked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task QueueAsync(HeretixDb db, Guid identity, bool unlinked, CancellationToken cancellationToken) =>
        jobs.EnqueueAsync(
            db,
            IdentityNoticeJob.Kind,
            $"{identity:N}-{Guid.CreateVersion7(time.GetUtcNow()):N}",
            new IdentityNotice(identity, unlinked),
            cancellationToken: cancellationToken
        );
}
