using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Totp;

/// <summary>What a code is worth.</summary>
internal abstract record CodeVerdict
{
    /// <summary>It is right, and used up with the transaction.</summary>
    /// <param name="ByRecoveryCode">It was a recovery code, which is gone.</param>
    public sealed record Right(bool ByRecoveryCode) : CodeVerdict;

    /// <summary>It is wrong, was used before, or is too old; that is counted with the transaction.</summary>
    /// <param name="LimitReached">It was the last one that may be wrong for now: the user should hear of it.</param>
    public sealed record Wrong(bool LimitReached) : CodeVerdict;

    /// <summary>Too many were wrong; this one was not looked at.</summary>
    /// <param name="Wait">Until codes are looked at again.</param>
    public sealed record Limited(TimeSpan Wait) : CodeVerdict;

    /// <summary>The user has no second factor.</summary>
    public sealed record NoFactor : CodeVerdict;
}

/// <summary>
/// Judges codes. The user's row is locked by who asks, so of all requests with one code, to however many processes, one is
/// right, and as many guesses as are let through are counted. They are counted by user and in the database: no new challenge,
/// process or address begins a new count. Recovery codes cannot be guessed, so they work also when too many codes were wrong:
/// whoever knows the first factor and guesses at the second does not lock the owner out.
/// </summary>
internal sealed class SecondFactors(IFieldCipher cipher, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Whether the user has a second factor.</summary>
    public static Task<bool> IsEnabledAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken) =>
        db.Set<TotpFactor>().AnyAsync(factor => factor.UserId == userId && factor.EnabledAt != null, cancellationToken);

    /// <summary>Judges a code for the second factor of a user.</summary>
    /// <param name="db">A context with an open transaction that holds the user's row.</param>
    /// <param name="userId">The user.</param>
    /// <param name="text">What was typed.</param>
    public async Task<CodeVerdict> JudgeAsync(
        HeretixDb db,
        Guid userId,
        string? text,
        CancellationToken cancellationToken
    )
    {
        var factor = await FindAsync(db, userId, cancellationToken);
        if (factor?.EnabledAt is null)
            return new CodeVerdict.NoFactor();
        if (RecoveryCode.TryHash(text, out var hash))
        {
            var used = await db.Set<RecoveryCode>()
                .Where(code => code.UserId == userId && code.CodeHash == hash)
                .ExecuteDeleteAsync(cancellationToken);
            return used > 0 ? new CodeVerdict.Right(ByRecoveryCode: true) : new CodeVerdict.Wrong(LimitReached: false);
        }
        return await JudgeAsync(db, factor, text, cancellationToken);
    }

    /// <summary>Judges a code that confirms a secret. Recovery codes confirm nothing.</summary>
    /// <param name="db">A context with an open transaction that holds the user's row.</param>
    /// <param name="factor">The secret.</param>
    /// <param name="text">What was typed.</param>
    public async Task<CodeVerdict> JudgeAsync(
        HeretixDb db,
        TotpFactor factor,
        string? text,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var window = TimeSpan.FromMinutes(options.Value.WrongCodesMinutes);
        var counting = factor.WrongSince is { } since && since > now - window;
        if (counting && factor.WrongCodes >= options.Value.WrongCodes)
            return new CodeVerdict.Limited(factor.WrongSince!.Value + window - now);
        var own = db.Set<TotpFactor>().Where(row => row.UserId == factor.UserId);
        if (
            OneTimePassword.TryRead(text, out var code)
            && OneTimePassword.Match(cipher.Decrypt(factor.Secret, TotpFactor.Purpose), code, now, factor.LastStep)
                is { } step
            && await own.Where(row => row.LastStep == null || row.LastStep < step)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step), cancellationToken) > 0
        )
            return new CodeVerdict.Right(ByRecoveryCode: false);

        var wrong = counting ? factor.WrongCodes + 1 : 1;
        var began = counting ? factor.WrongSince : now;
        await own.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.WrongCodes, wrong).SetProperty(row => row.WrongSince, began),
            cancellationToken
        );
        return new CodeVerdict.Wrong(LimitReached: wrong == options.Value.WrongCodes);
    }

    /// <summary>The secret of a user, confirmed or not.</summary>
    public static Task<TotpFactor?> FindAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken) =>
        db.Set<TotpFactor>().AsNoTracking().SingleOrDefaultAsync(factor => factor.UserId == userId, cancellationToken);
}
