using Heretix.Accounts.Notices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Passwords;

/// <summary>Changes the password.</summary>
/// <param name="CurrentPassword">The one so far.</param>
/// <param name="Password">8 to 128 characters.</param>
internal sealed record ChangePasswordBody(string? CurrentPassword, string? Password)
{
    /// <summary>Not the passwords: a record would print its members.</summary>
    public override string ToString() => "(passwords)";
}

/// <summary>
/// Changes the password of whoever is signed in and knows the one so far. The session goes on under new tokens and all others
/// end. Guessing at it counts like guessing at sign-in, so that a stolen session is no way around that limit.
/// </summary>
internal sealed class PasswordChange(
    IDbContextFactory<HeretixDb> databases,
    PasswordRules rules,
    PasswordHashing hashing,
    SessionRenewal sessions,
    RenewedSession renewed,
    SecurityNotices notices,
    RequestLimits limits,
    SignInMeter meter,
    TimeProvider time,
    ILogger<PasswordChange> log
)
{
    public async Task<IResult> HandleAsync(
        ChangePasswordBody body,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(body.CurrentPassword))
            return Problem.Invalid("current_password", "must not be empty");
        if (!Password.TryRead(body.Password, out var password))
            return Problem.Invalid("password", "must be a text of at most 128 characters");
        var user = context.RequiredUserId();
        if (limits.RefuseOver(context, LimitNames.FailedSignIns, LimitOf(context), TooMany) is { } over)
            return over;
        var (email, hash) = await FindAsync(user, cancellationToken);
        if (hash is null || email is null)
            return NoPassword();
        if (rules.Problem(password, email) is { } weak)
            return Problem.Invalid("password", weak);
        var readable = Password.TryRead(body.CurrentPassword, out var current);
        if (await hashing.CheckAsync(hash, current, cancellationToken) == PasswordMatch.No || !readable)
            return await FailAsync(context, cancellationToken);
        var next = await hashing.HashAsync(password, cancellationToken);
        if (await SetAsync(user, context.RequiredSessionId(), hash, next, cancellationToken) is not { } session)
            return Problem.SignInRequired();
        Log.PasswordChanged(log, user);
        return renewed.Give(context, session) is { } tokens ? TypedResults.Ok(tokens) : TypedResults.NoContent();
    }

    private async Task<(string? Email, string? Hash)> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Set<User>()
            .AsNoTracking()
            .SingleOrDefaultAsync(user => user.Id == userId, cancellationToken);
        return (user?.Email, user?.PasswordHash);
    }

    /// <summary>Sets the hash, unless the password or the session ended since they were looked at.</summary>
    private async Task<OpenedSession?> SetAsync(
        Guid userId,
        Guid sessionId,
        string before,
        string hash,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (
            await UserLock.TakeAsync(db, userId, cancellationToken) is not { Status: User.Active } user
            || user.PasswordHash != before
        )
            return null;
        await db.Set<User>()
            .Where(row => row.Id == userId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.PasswordHash, hash).SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            );
        if (await sessions.RenewAsync(db, userId, sessionId, cancellationToken) is not { } session)
            return null;
        await notices.TellAsync(db, userId, NoticeKind.PasswordChanged, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    private async Task<IResult> FailAsync(HttpContext context, CancellationToken cancellationToken)
    {
        meter.Failed(SignInMethod.Password, SignInFailure.InvalidCredentials);
        return (IResult?)
                await limits.RefuseAsync(
                    context,
                    LimitNames.FailedSignIns,
                    LimitOf(context),
                    TooMany,
                    cancellationToken
                )
            ?? Problem.Of(
                StatusCodes.Status403Forbidden,
                "wrong_password",
                "The current password is another one. Who has forgotten it gets a mail by POST /api/auth/forgot-password."
            );
    }

    private static ProblemHttpResult NoPassword() =>
        Problem.Of(
            StatusCodes.Status409Conflict,
            "no_password",
            "This account has no password yet. POST /api/auth/forgot-password mails a link by which one can be set."
        );

    /// <summary>The key under which sign-in counts wrong passwords of the account.</summary>
    private static string LimitOf(HttpContext context) =>
        EmailAddress.TryParse(context.Caller().Email, out var address, out _)
            ? address.Hash()
            : $"{context.RequiredUserId():N}";

    private static string TooMany(LimitDecision decision) => "Too many wrong passwords for this account.";
}
