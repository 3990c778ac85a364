using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.External.Identities;

/// <summary>What came of linking.</summary>
internal abstract record LinkOutcome
{
    /// <summary>It is linked.</summary>
    /// <param name="Identity">The identity.</param>
    /// <param name="Now">It was not before.</param>
    public sealed record Linked(ExternalIdentity Identity, bool Now) : LinkOutcome;

    /// <summary>It belongs to somebody else.</summary>
    public sealed record InUse : LinkOutcome;

    /// <summary>The proof could not be used up.</summary>
    public sealed record Refused(ProofUse Use) : LinkOutcome;
}

/// <summary>What came of unlinking.</summary>
internal enum UnlinkOutcome
{
    Unlinked,
    NotFound,
    LastWayIn,
}

/// <summary>Links identities to a user who is signed in, and unlinks them.</summary>
internal sealed class IdentityLinking(
    IDbContextFactory<HeretixDb> databases,
    IdentityProofs proofs,
    IdentityArrival arrival,
    IdentityNotices notices,
    IssuerList issuers,
    TimeProvider time
)
{
    /// <summary>Links a proven identity. One that is linked already stays as it is, also when the same proof comes again.</summary>
    public async Task<LinkOutcome> LinkAsync(Guid userId, IdentityProof proof, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var use = await proofs.TakeAsync(db, proof, cancellationToken);
        await IdentityArrival.LockAsync(db, proof.Issuer, proof.Claims.Subject, cancellationToken);
        var found = await IdentityArrival.FindAsync(db, proof.Issuer, proof.Claims.Subject, cancellationToken);
        if (found is { UnlinkedAt: null } && found.UserId == userId)
        {
            if (use == ProofUse.Taken)
                await transaction.CommitAsync(cancellationToken);
            return new LinkOutcome.Linked(found, Now: false);
        }
        if (use != ProofUse.Taken)
            return new LinkOutcome.Refused(use);
        if (found is { UnlinkedAt: null })
            return new LinkOutcome.InUse();
        var identity = found ?? await AddAsync(db, userId, proof, cancellationToken);
        if (found is not null)
            Revive(found, userId, proof);
        await db.SaveChangesAsync(cancellationToken);
        await notices.QueueAsync(db, identity.Id, unlinked: false, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new LinkOutcome.Linked(identity, Now: true);
    }

    /// <summary>
    /// Unlinks an identity and ends every other session of the user: one of them may have been opened by it. The user's
    /// identities are locked, so that of two that unlink the last two ways in, one is refused; and they are locked before the
    /// user, as by whoever signs in with one of them.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="id">The identity.</param>
    /// <param name="session">The session that asks, which stays; null when there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<UnlinkOutcome> UnlinkAsync(
        Guid userId,
        Guid id,
        Guid? session,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"select 1 from accounts.external_identities where user_id = {userId} order by id for no key update",
            cancellationToken
        );
        await UserLock.TakeAsync(db, userId, cancellationToken);
        // Read after the waits: it is what the others left.
        var linked = await db.Set<ExternalIdentity>()
            .Where(identity => identity.UserId == userId && identity.UnlinkedAt == null)
            .ToListAsync(cancellationToken);
        if (linked.SingleOrDefault(identity => identity.Id == id) is not { } identity)
            return UnlinkOutcome.NotFound;
        // One whose issuer is not configured any more lets nobody in.
        var others = linked.Count(other => other.Id != id && issuers.OfUrl(other.Issuer) is not null);
        if (others == 0 && !await HasAddressAsync(db, userId, cancellationToken))
            return UnlinkOutcome.LastWayIn;
        (identity.UnlinkedAt, identity.Email, identity.EmailVerified) = (now, null, false);
        await db.SaveChangesAsync(cancellationToken);
        await db.Set<Session>()
            .Where(other => other.UserId == userId && other.Id != session)
            .ExecuteDeleteAsync(cancellationToken);
        await notices.QueueAsync(db, id, unlinked: true, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return UnlinkOutcome.Unlinked;
    }

    private async Task<ExternalIdentity> AddAsync(
        HeretixDb db,
        Guid userId,
        IdentityProof proof,
        CancellationToken cancellationToken
    )
    {
        var id = await arrival.LinkAsync(db, proof.Issuer, proof.Claims, userId, cancellationToken);
        return await db.Set<ExternalIdentity>().SingleAsync(identity => identity.Id == id, cancellationToken);
    }

    /// <summary>One that was unlinked, by whomever, is free for whoever proves it.</summary>
    private void Revive(ExternalIdentity identity, Guid userId, IdentityProof proof)
    {
        var now = time.GetUtcNow();
        identity.UserId = userId;
        identity.UnlinkedAt = null;
        identity.CreatedAt = now;
        identity.LastUsedAt = now;
        (identity.Email, identity.EmailVerified) = (proof.Claims.Email, proof.Claims.EmailVerified);
    }

    private static Task<bool> HasAddressAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken) =>
        db.Set<User>().AnyAsync(user => user.Id == userId && user.Email != null, cancellationToken);
}
