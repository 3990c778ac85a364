using Heretix.Accounts.Notices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Totp;

/// <summary>A change of the second factor that did not come about.</summary>
internal enum TotpRefusal
{
    /// <summary>The user has one already.</summary>
    AlreadyEnabled,

    /// <summary>There is no secret to be confirmed, or it waited too long.</summary>
    NotBegun,

    /// <summary>The user has none.</summary>
    NotEnabled,

    /// <summary>The operator asks it of everybody.</summary>
    Mandatory,

    /// <summary>The session or the account ended meanwhile.</summary>
    SignedOut,
}

/// <summary>What came of a change of the second factor.</summary>
internal abstract record TotpChange
{
    /// <summary>A secret waits for its confirmation.</summary>
    public sealed record Begun(byte[] Secret, DateTimeOffset ExpiresAt) : TotpChange;

    /// <summary>It was done.</summary>
    /// <param name="RecoveryCodes">New ones, the only time that they are known; none when there are none any more.</param>
    /// <param name="Session">The session under its new tokens; null when the rights stay what they were.</param>
    public sealed record Done(IReadOnlyList<string> RecoveryCodes, OpenedSession? Session) : TotpChange;

    /// <summary>The code was wrong.</summary>
    public sealed record WrongCode : TotpChange;

    /// <summary>Too many codes were wrong.</summary>
    public sealed record Limited(TimeSpan Wait) : TotpChange;

    /// <summary>It cannot be done.</summary>
    public sealed record Refused(TotpRefusal Reason) : TotpChange;
}

/// <summary>
/// Sets the second factor up, takes it away, and makes new recovery codes; each in one transaction that holds the user's row,
/// with the mail that tells the user.
/// </summary>
internal sealed class TotpEnrolment(
    IDbContextFactory<HeretixDb> databases,
    SecondFactors factors,
    SessionRenewal sessions,
    SecurityNotices notices,
    IFieldCipher cipher,
    SignInMeter meter,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<TotpEnrolment> log
)
{
    private TimeSpan Patience => TimeSpan.FromMinutes(options.Value.RecentMinutes);

    /// <summary>Makes a secret, in the place of one that was not confirmed.</summary>
    public async Task<TotpChange> BeginAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await UserLock.TakeAsync(db, userId, cancellationToken) is not { Status: User.Active })
            return new TotpChange.Refused(TotpRefusal.SignedOut);
        if (await SecondFactors.IsEnabledAsync(db, userId, cancellationToken))
            return new TotpChange.Refused(TotpRefusal.AlreadyEnabled);
        var now = time.GetUtcNow();
        var secret = OneTimePassword.NewSecret();
        await db.Set<TotpFactor>().Where(factor => factor.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        db.Add(
            new TotpFactor
            {
                UserId = userId,
                Secret = cipher.Encrypt(secret, TotpFactor.Purpose),
                CreatedAt = now,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new TotpChange.Begun(secret, now + Patience);
    }

    /// <summary>Confirms the secret by a code of it: from now on it is asked for.</summary>
    public Task<TotpChange> ConfirmAsync(
        Guid userId,
        Guid sessionId,
        string code,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            userId,
            async db =>
            {
                var now = time.GetUtcNow();
                var factor = await SecondFactors.FindAsync(db, userId, cancellationToken);
                if (factor?.EnabledAt is not null)
                    return new TotpChange.Refused(TotpRefusal.AlreadyEnabled);
                if (factor is null || factor.CreatedAt + Patience <= now)
                    return new TotpChange.Refused(TotpRefusal.NotBegun);
                if (await JudgeAsync(db, userId, factor, code, cancellationToken) is { } refusal)
                    return refusal;
                await db.Set<TotpFactor>()
                    .Where(row => row.UserId == userId)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.EnabledAt, now), cancellationToken);
                var codes = await NewCodesAsync(db, userId, cancellationToken);
                return await RenewAsync(db, userId, sessionId, codes, cancellationToken);
            },
            NoticeKind.Enabled,
            "enabled",
            cancellationToken
        );

    /// <summary>Takes the second factor away, by a code of it or a recovery code.</summary>
    public Task<TotpChange> DisableAsync(
        Guid userId,
        Guid sessionId,
        string code,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            userId,
            async db =>
            {
                if (options.Value.TotpRequired)
                    return new TotpChange.Refused(TotpRefusal.Mandatory);
                if (await JudgeAsync(db, userId, null, code, cancellationToken) is { } refusal)
                    return refusal;
                await RemoveAsync(db, userId, cancellationToken);
                return await RenewAsync(db, userId, sessionId, [], cancellationToken);
            },
            NoticeKind.Disabled,
            "disabled",
            cancellationToken
        );

    /// <summary>Makes new recovery codes in the place of all others, by a code of the app or one of the others.</summary>
    public Task<TotpChange> RenewCodesAsync(Guid userId, string code, CancellationToken cancellationToken) =>
        ChangeAsync(
            userId,
            async db =>
                await JudgeAsync(db, userId, null, code, cancellationToken) is { } refusal
                    ? refusal
                    : new TotpChange.Done(await NewCodesAsync(db, userId, cancellationToken), Session: null),
            NoticeKind.RecoveryCodesRenewed,
            "renewed",
            cancellationToken
        );

    /// <summary>Deletes the secret and the recovery codes, in the open transaction of <paramref name="db"/>.</summary>
    /// <returns>Whether there was a secret.</returns>
    public static async Task<bool> RemoveAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        await db.Set<RecoveryCode>().Where(code => code.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        return await db.Set<TotpFactor>().Where(factor => factor.UserId == userId).ExecuteDeleteAsync(cancellationToken)
            > 0;
    }

    /// <summary>Holds the user's row, makes the change, tells the user, and commits; what was refused leaves no trace.</summary>
    private async Task<TotpChange> ChangeAsync(
        Guid userId,
        Func<HeretixDb, Task<TotpChange>> change,
        string notice,
        string label,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await UserLock.TakeAsync(db, userId, cancellationToken) is not { Status: User.Active })
            return new TotpChange.Refused(TotpRefusal.SignedOut);
        var outcome = await change(db);
        switch (outcome)
        {
            case TotpChange.Done:
                await notices.TellAsync(db, userId, notice, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                meter.TotpChanged(label);
                Log.TotpChanged(log, userId, label);
                break;
            // That it was wrong is counted.
            case TotpChange.WrongCode:
                await transaction.CommitAsync(cancellationToken);
                meter.SecondFactor(SecondFactorOutcome.Wrong);
                break;
        }
        return outcome;
    }

    /// <summary>Why a code does not do; null when it does.</summary>
    /// <param name="factor">The secret that is to be confirmed; null for the one that counts.</param>
    private async Task<TotpChange?> JudgeAsync(
        HeretixDb db,
        Guid userId,
        TotpFactor? factor,
        string code,
        CancellationToken cancellationToken
    )
    {
        var verdict = factor is null
            ? await factors.JudgeAsync(db, userId, code, cancellationToken)
            : await factors.JudgeAsync(db, factor, code, cancellationToken);
        switch (verdict)
        {
            case CodeVerdict.Right:
                return null;
            case CodeVerdict.Wrong wrong:
                if (wrong.LimitReached)
                    await notices.TellAsync(db, userId, NoticeKind.Guessed, cancellationToken);
                return new TotpChange.WrongCode();
            case CodeVerdict.Limited limited:
                return new TotpChange.Limited(limited.Wait);
            default:
                return new TotpChange.Refused(TotpRefusal.NotEnabled);
        }
    }

    private async Task<TotpChange> RenewAsync(
        HeretixDb db,
        Guid userId,
        Guid sessionId,
        IReadOnlyList<string> codes,
        CancellationToken cancellationToken
    ) =>
        await sessions.RenewAsync(db, userId, sessionId, cancellationToken) is { } renewed
            ? new TotpChange.Done(codes, renewed)
            : new TotpChange.Refused(TotpRefusal.SignedOut);

    private static async Task<IReadOnlyList<string>> NewCodesAsync(
        HeretixDb db,
        Guid userId,
        CancellationToken cancellationToken
    )
    {
        await db.Set<RecoveryCode>().Where(code => code.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        var codes = Enumerable.Range(0, RecoveryCode.SetSize).Select(_ => RecoveryCode.New()).ToList();
        foreach (var code in codes)
        {
            RecoveryCode.TryHash(code, out var hash);
            db.Add(new RecoveryCode { UserId = userId, CodeHash = hash });
        }
        await db.SaveChangesAsync(cancellationToken);
        return codes;
    }
}
