using Heretix.Accounts.Notices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Totp.Challenges;

/// <summary>What came of answering a challenge.</summary>
internal abstract record ChallengeUse
{
    /// <summary>The code was right; the step says whether a session was opened.</summary>
    /// <param name="Step">How far that led.</param>
    /// <param name="Method">How the first factor was proven.</param>
    public sealed record Proven(SignInStep Step, string Method) : ChallengeUse;

    /// <summary>The code was wrong.</summary>
    /// <param name="Left">Codes that may still be tried; with none, the challenge is gone.</param>
    public sealed record Wrong(int Left) : ChallengeUse;

    /// <summary>Too many codes of the user were wrong.</summary>
    public sealed record Limited(TimeSpan Wait) : ChallengeUse;

    /// <summary>There is no such challenge for this client, or it was used, ended or has expired.</summary>
    public sealed record Gone : ChallengeUse;
}

/// <summary>
/// Answers challenges. All answers of one user take turns at the user's row, so a challenge opens one session and a code
/// counts once, whatever comes at once and to whichever process.
/// </summary>
internal sealed class ChallengeVerification(
    IDbContextFactory<HeretixDb> databases,
    SecondFactors factors,
    SignInCompletion signIns,
    SecurityNotices notices,
    SignInMeter meter,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<ChallengeVerification> log
)
{
    /// <summary>Whether a browser's challenge is open.</summary>
    public async Task<bool> IsOpenAsync(Secret token, CancellationToken cancellationToken)
    {
        var (hash, now) = (token.Hash(), time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Of(db, hash, wantsTokens: false)
            .AnyAsync(challenge => challenge.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Answers a challenge.</summary>
    /// <param name="token">What the client holds.</param>
    /// <param name="wantsTokens">It came in the body, as that of an API client does, and not in a cookie.</param>
    /// <param name="code">What was typed.</param>
    /// <param name="visitOf">The client as it is now, by how the first factor was proven.</param>
    public async Task<ChallengeUse> UseAsync(
        Secret token,
        bool wantsTokens,
        string code,
        Func<string, Visit> visitOf,
        CancellationToken cancellationToken
    )
    {
        var hash = token.Hash();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var owner = await Of(db, hash, wantsTokens)
            .Select(challenge => (Guid?)challenge.UserId)
            .SingleOrDefaultAsync(cancellationToken);
        if (
            owner is not { } userId
            || await UserLock.TakeAsync(db, userId, cancellationToken) is not { Status: User.Active } user
        )
            return new ChallengeUse.Gone();
        // Read when the lock is there: whoever was before may have used it, and waiting takes time.
        var now = time.GetUtcNow();
        var challenge = await Of(db, hash, wantsTokens)
            .AsNoTracking()
            .SingleOrDefaultAsync(challenge => challenge.ExpiresAt > now, cancellationToken);
        if (challenge is null)
            return new ChallengeUse.Gone();

        switch (await factors.JudgeAsync(db, userId, code, cancellationToken))
        {
            case CodeVerdict.Right right:
                await Of(db, hash, wantsTokens).ExecuteDeleteAsync(cancellationToken);
                var step = await signIns.OpenProvenAsync(db, user, visitOf(challenge.Method), cancellationToken);
                if (!step.Commits)
                    return new ChallengeUse.Proven(step, challenge.Method);
                if (right.ByRecoveryCode)
                    await notices.TellAsync(db, userId, NoticeKind.RecoveryCodeUsed, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                meter.SecondFactor(right.ByRecoveryCode ? SecondFactorOutcome.RecoveryCode : SecondFactorOutcome.Code);
                return new ChallengeUse.Proven(step, challenge.Method);
            case CodeVerdict.Wrong wrong:
                var left = await FailAsync(db, challenge, cancellationToken);
                if (wrong.LimitReached)
                    await notices.TellAsync(db, userId, NoticeKind.Guessed, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                meter.SecondFactor(SecondFactorOutcome.Wrong);
                Log.SecondFactorWrong(log, userId, left);
                return new ChallengeUse.Wrong(left);
            case CodeVerdict.Limited limited:
                meter.SecondFactor(SecondFactorOutcome.Limited);
                return new ChallengeUse.Limited(limited.Wait);
            default:
                return new ChallengeUse.Gone();
        }
    }

    private async Task<int> FailAsync(HeretixDb db, SignInChallenge challenge, CancellationToken cancellationToken)
    {
        var left = Math.Max(0, options.Value.ChallengeCodes - challenge.Attempts - 1);
        var row = db.Set<SignInChallenge>().Where(row => row.Id == challenge.Id);
        if (left == 0)
            await row.ExecuteDeleteAsync(cancellationToken);
        else
            await row.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Attempts, row => row.Attempts + 1),
                cancellationToken
            );
        return left;
    }

    private static IQueryable<SignInChallenge> Of(HeretixDb db, byte[] hash, bool wantsTokens) =>
        db.Set<SignInChallenge>()
            .Where(challenge => challenge.TokenHash == hash && challenge.WantsTokens == wantsTokens);
}
