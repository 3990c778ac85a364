using Heretix.Accounts.External.Identities;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.External.Bearers;

/// <summary>The user of a token of an issuer, at the moment of the request.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address of the account; null for none.</param>
/// <param name="Status">The status of the account.</param>
internal sealed record BearerUser(Guid Id, string? Email, string Status);

/// <summary>
/// Finds the user of a token that came with a request: one query by key, never cached, so that an account that is closed and
/// an identity that is unlinked are so at once and everywhere. Who comes for the first time gets an account.
/// </summary>
internal sealed class BearerUsers(
    IDbContextFactory<HeretixDb> databases,
    IdentityArrival arrival,
    IdentityNotices notices,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<BearerUsers> log
)
{
    private sealed record Row(Guid Identity, DateTimeOffset LastUsedAt, DateTimeOffset? UnlinkedAt, BearerUser User);

    /// <summary>The user; null when the identity was unlinked.</summary>
    /// <returns>The user, and whether the account was made just now.</returns>
    public async Task<(BearerUser? User, bool IsNew)> FindOrCreateAsync(
        Issuer issuer,
        TokenClaims claims,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, issuer, claims.Subject, cancellationToken) is not { } row)
            return await ArriveAsync(db, issuer, claims, cancellationToken);
        if (row.UnlinkedAt is not null)
            return (null, false);
        var now = time.GetUtcNow();
        if (now - row.LastUsedAt >= TimeSpan.FromMinutes(options.Value.LastSeenMinutes))
            await db.Set<ExternalIdentity>()
                .Where(identity => identity.Id == row.Identity && identity.LastUsedAt == row.LastUsedAt)
                .ExecuteUpdateAsync(set => set.SetProperty(identity => identity.LastUsedAt, now), cancellationToken);
        return (row.User, false);
    }

    private static Task<Row?> FindAsync(
        HeretixDb db,
        Issuer issuer,
        string subject,
        CancellationToken cancellationToken
    ) =>
        db.Set<ExternalIdentity>()
            .Where(identity => identity.Issuer == issuer.Url && identity.Subject == subject)
            .Join(
                db.Set<User>(),
                identity => identity.UserId,
                user => user.Id,
                (identity, user) =>
                    new Row(
                        identity.Id,
                        identity.LastUsedAt,
                        identity.UnlinkedAt,
                        new BearerUser(user.Id, user.Email, user.Status)
                    )
            )
            .SingleOrDefaultAsync(cancellationToken);

    private async Task<(BearerUser?, bool)> ArriveAsync(
        HeretixDb db,
        Issuer issuer,
        TokenClaims claims,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (
            await arrival.FindOrCreateAsync(db, issuer, claims, needsAddress: false, cancellationToken)
            is not IdentityOwner.Known known
        )
            return (null, false);
        if (known.Linked is { } linked)
            await notices.QueueAsync(db, linked, unlinked: false, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (known.IsNew)
            Log.UserCreated(log, known.User.Id);
        return (new BearerUser(known.User.Id, known.User.Email, known.User.Status), known.IsNew);
    }
}
