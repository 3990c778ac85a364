using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.External.Identities;

/// <summary>Whose a proven identity is.</summary>
internal abstract record IdentityOwner
{
    /// <summary>This user's, whose account may be closed.</summary>
    /// <param name="User">The user.</param>
    /// <param name="IsNew">The account was made just now.</param>
    /// <param name="Linked">The identity that was just linked to an account that was there; null otherwise.</param>
    public sealed record Known(User User, bool IsNew, Guid? Linked) : IdentityOwner;

    /// <summary>Nobody's: it was unlinked from an account, and is linked again only by whoever is signed in.</summary>
    public sealed record Unlinked : IdentityOwner;

    /// <summary>Nobody's, and its address is not proven, so it leads to no account.</summary>
    public sealed record Unproven : IdentityOwner;

    /// <summary>Nobody's, and it has no address.</summary>
    public sealed record WithoutAddress : IdentityOwner;
}

/// <summary>
/// Finds the user of an identity, or by its proven address, or makes one. However many first sign-ins come at once, to however
/// many processes, one identity and one user are made.
/// </summary>
internal sealed class IdentityArrival(UserArrival users, TimeProvider time, IOptions<AccountsOptions> options)
{
    /// <summary>The owner of an identity.</summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="issuer">Who says it.</param>
    /// <param name="claims">What was proven.</param>
    /// <param name="needsAddress">Whether an account is made only with an address.</param>
    public async Task<IdentityOwner> FindOrCreateAsync(
        HeretixDb db,
        Issuer issuer,
        TokenClaims claims,
        bool needsAddress,
        CancellationToken cancellationToken
    )
    {
        await LockAsync(db, issuer, claims.Subject, cancellationToken);
        if (await FindAsync(db, issuer, claims.Subject, cancellationToken) is { } identity)
        {
            if (identity.UnlinkedAt is not null)
                return new IdentityOwner.Unlinked();
            Touch(identity, claims);
            await db.SaveChangesAsync(cancellationToken);
            var owner = await db.Set<User>().SingleAsync(user => user.Id == identity.UserId, cancellationToken);
            return new IdentityOwner.Known(owner, IsNew: false, Linked: null);
        }
        if (ProvenAddress(issuer, claims) is { } address)
        {
            var (user, isNew) = await users.FindOrCreateAsync(db, address, cancellationToken);
            if (user.Status != User.Active)
                return new IdentityOwner.Known(user, IsNew: false, Linked: null);
            var linked = await LinkAsync(db, issuer, claims, user.Id, cancellationToken);
            return new IdentityOwner.Known(user, isNew, isNew ? null : linked);
        }
        if (needsAddress)
            return claims.Email is null ? new IdentityOwner.WithoutAddress() : new IdentityOwner.Unproven();
        var made = await users.CreateWithoutAddressAsync(db, cancellationToken);
        await LinkAsync(db, issuer, claims, made.Id, cancellationToken);
        return new IdentityOwner.Known(made, IsNew: true, Linked: null);
    }

    /// <summary>
    /// Has whoever comes with the same identity wait until this transaction ends. A lock on a number and not on a row: there
    /// may be no row yet.
    /// </summary>
    public static Task LockAsync(HeretixDb db, Issuer issuer, string subject, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({"heretix identity " + issuer.Url + "\n" + subject}, 0))",
            cancellationToken
        );

    /// <summary>
    /// The identity, with its row locked until the transaction ends: whoever unlinks it at the same moment either comes first
    /// and is seen here, or waits, and then finds the session that was opened.
    /// </summary>
    public static async Task<ExternalIdentity?> FindAsync(
        HeretixDb db,
        Issuer issuer,
        string subject,
        CancellationToken cancellationToken
    )
    {
        var found = await db.Set<ExternalIdentity>()
            .FromSql(
                $"""
                select * from accounts.external_identities where issuer = {issuer.Url} and subject = {subject}
                for no key update
                """
            )
            .ToListAsync(cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>Links an identity that is not known yet.</summary>
    public async Task<Guid> LinkAsync(
        HeretixDb db,
        Issuer issuer,
        TokenClaims claims,
        Guid userId,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var identity = new ExternalIdentity
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            Issuer = issuer.Url,
            Subject = claims.Subject,
            Email = claims.Email,
            EmailVerified = claims.EmailVerified,
            CreatedAt = now,
            LastUsedAt = now,
        };
        db.Add(identity);
        await db.SaveChangesAsync(cancellationToken);
        return identity.Id;
    }

    /// <summary>The address that the issuer has proven to be this person's; null for none.</summary>
    public static string? ProvenAddress(Issuer issuer, TokenClaims claims) =>
        claims is { Email: { } email, EmailVerified: true }
        && issuer.VerifiesEmail
        && (
            issuer.EmailDomains.Count == 0
            || issuer.EmailDomains.Contains(email[(email.LastIndexOf('@') + 1)..], StringComparer.Ordinal)
        )
            ? email
            : null;

    /// <summary>Notes that an identity was used; the address at its issuer may have changed meanwhile.</summary>
    public void Touch(ExternalIdentity identity, TokenClaims claims)
    {
        var now = time.GetUtcNow();
        if (now - identity.LastUsedAt >= TimeSpan.FromMinutes(options.Value.LastSeenMinutes))
            identity.LastUsedAt = now;
        if (claims.Email is null)
            return;
        (identity.Email, identity.EmailVerified) = (claims.Email, claims.EmailVerified);
    }
}
