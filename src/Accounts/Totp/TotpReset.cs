using Heretix.Accounts.Notices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Totp;

/// <summary>What an operator sees and does for somebody who has lost both the app and the recovery codes.</summary>
public sealed class TotpReset
{
    private readonly SecurityNotices notices;
    private readonly ILogger<TotpReset> log;

    internal TotpReset(SecurityNotices notices, ILogger<TotpReset> log) => (this.notices, this.log) = (notices, log);

    /// <summary>Since when a user has a second factor, and how many recovery codes are left; null without one.</summary>
    public static async Task<(DateTimeOffset Since, int RecoveryCodes)?> LookAsync(
        HeretixDb db,
        Guid userId,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        if (await SecondFactors.FindAsync(db, userId, cancellationToken) is not { EnabledAt: { } since })
            return null;
        return (since, await db.Set<RecoveryCode>().CountAsync(code => code.UserId == userId, cancellationToken));
    }

    /// <summary>
    /// Takes the second factor of a user away, ends all sessions and mails the user. False, and nothing is done, when there is
    /// none.
    /// </summary>
    /// <param name="db">A context without a transaction.</param>
    /// <param name="userId">The user.</param>
    public async Task<bool> RunAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await UserLock.TakeAsync(db, userId, cancellationToken);
        if (!await TotpEnrolment.RemoveAsync(db, userId, cancellationToken))
            return false;
        await SignInChallenges.EndAllAsync(db, userId, cancellationToken);
        await db.Set<Session>().Where(session => session.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await notices.TellAsync(db, userId, NoticeKind.Reset, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.TotpReset(log, userId);
        return true;
    }
}
