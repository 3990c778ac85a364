using System.Security.Cryptography;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.MagicLink;

/// <summary>Looks at links and uses them up. Looking changes nothing.</summary>
internal sealed class LinkConsumption(
    IDbContextFactory<HeretixDb> databases,
    UserArrival users,
    SignInCompletion signIns,
    Departures departures,
    TimeProvider time
)
{
    /// <summary>
    /// What a link is worth. Only who knows the verifier learns that it was used or has expired; for everybody else it is
    /// as invalid as one that never was, and so is a link in the place of another purpose.
    /// </summary>
    /// <param name="link">What was shown.</param>
    /// <param name="purposes">Purposes of <see cref="EmailToken"/> that links have in this place.</param>
    public async Task<LinkState> LookAsync(
        LinkToken link,
        IReadOnlyCollection<string> purposes,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var token = await db.Set<EmailToken>()
            .AsNoTracking()
            .SingleOrDefaultAsync(token => token.Selector == link.Selector, cancellationToken);
        var proven = CryptographicOperations.FixedTimeEquals(link.Verifier.Hash(), token?.VerifierHash ?? new byte[32]);
        if (token is null || !proven || !purposes.Contains(token.Purpose))
            return new LinkState.Closed(SignInFailure.InvalidToken);
        return Judge(token, time.GetUtcNow()) is { } error ? new LinkState.Closed(error) : new LinkState.Open(token);
    }

    /// <summary>
    /// Uses a link: in one transaction it is marked, the address's other links end, the user is found or made, and a
    /// session is opened. Of all requests that try, one succeeds.
    /// </summary>
    /// <param name="token">An open link.</param>
    /// <param name="visit">The client that uses it.</param>
    public async Task<LinkUse> UseAsync(EmailToken token, Visit visit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await TakeAsync(db, token, time.GetUtcNow(), cancellationToken) is { } error)
            return new LinkUse.Refused(error);
        var (user, isNew) = await users.FindOrCreateAsync(db, token.Email, cancellationToken);
        if (user.Status != User.Active)
        {
            var until = await departures.RemindAsync(db, user.Id, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new LinkUse.Closed(until);
        }
        // An account that came into being meanwhile keeps what it has: only a reset changes a password.
        if (isNew)
            user.PasswordHash = token.PasswordHash;
        var step = await signIns.OpenAsync(db, user, visit, cancellationToken);
        if (step.Commits)
            await transaction.CommitAsync(cancellationToken);
        return new LinkUse.Proven(step, isNew);
    }

    /// <summary>
    /// Marks a link as used and ends the address's others, in the open transaction of <paramref name="db"/>. Of all requests
    /// that try, one succeeds.
    /// </summary>
    /// <returns>Null when it was marked; else why not, one of <see cref="SignInFailure"/>.</returns>
    public static async Task<string?> TakeAsync(
        HeretixDb db,
        EmailToken token,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // Two links of one address end each other; locked in one order, they wait instead of deadlocking.
        await db.Database.ExecuteSqlAsync(
            $"select 1 from accounts.email_tokens where email = {token.Email} and consumed_at is null order by id for update",
            cancellationToken
        );
        var row = db.Set<EmailToken>().Where(row => row.Id == token.Id);
        var used = await row.Where(row =>
                row.ConsumedAt == null
                && row.EndedAt == null
                && row.ExpiresAt > now
                && row.VerifierHash == token.VerifierHash
            )
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsumedAt, now), cancellationToken);
        if (used == 0)
        {
            var found = await row.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            return found is null ? SignInFailure.InvalidToken : Judge(found, now) ?? SignInFailure.InvalidToken;
        }
        await db.Set<EmailToken>()
            .Where(row => row.Email == token.Email && row.ConsumedAt == null && row.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellationToken);
        return null;
    }

    /// <summary>Why a link cannot be used; null when it can.</summary>
    private static string? Judge(EmailToken token, DateTimeOffset now) =>
        token switch
        {
            { ConsumedAt: not null } => SignInFailure.TokenUsed,
            { EndedAt: not null } => SignInFailure.TokenExpired,
            _ => token.ExpiresAt <= now ? SignInFailure.TokenExpired : null,
        };
}
