using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
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

/// <summary>Signs in.</summary>
/// <param name="Email">The address of the account.</param>
/// <param name="Password">The password.</param>
internal sealed record LoginBody(string? Email, string? Password);

/// <summary>
/// Signs in with a password. Whether the address is unknown, the account has no password or it is another one, the answer
/// and the work are the same. Failures are counted by the account as well as by the sender's address: one account cannot be
/// guessed at from many addresses. Whoever knows the password of an account that was left is told so.
/// </summary>
internal sealed class PasswordSignIn(
    IDbContextFactory<HeretixDb> databases,
    PasswordHashing hashing,
    SignInCompletion signIns,
    Departures departures,
    RequestLimits limits,
    SignInMeter meter,
    TimeProvider time,
    ILogger<PasswordSignIn> log
)
{
    public async Task<IResult> HandleAsync(
        LoginBody body,
        bool tokens,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (!EmailAddress.TryParse(body.Email, out var address, out var problem))
            return Problem.Invalid("email", problem);
        if (string.IsNullOrEmpty(body.Password))
            return Problem.Invalid("password", "must not be empty");
        if (RefuseOver(context, address) is { } atOnce)
            return atOnce;

        var user = await FindAsync(address, cancellationToken);
        var readable = Password.TryRead(body.Password, out var password);
        var match = await hashing.CheckAsync(user?.PasswordHash, password, cancellationToken);
        if (!readable || user is null || match == PasswordMatch.No)
            return await FailAsync(context, address, cancellationToken);
        // Others may have failed while this one was checked: a guess among many at once counts for nothing, right or wrong.
        if (RefuseOver(context, address) is { } meanwhile)
            return meanwhile;
        if (user.Status != User.Active)
            return await ClosedAsync(user, cancellationToken);
        var hash =
            match == PasswordMatch.YesByOldHash
                ? await hashing.HashAsync(password, cancellationToken)
                : user.PasswordHash!;
        return
            await OpenAsync(user, hash, signIns.VisitOf(context, tokens, SignInMethod.Password), cancellationToken)
                is { } step
            ? signIns.Answer(
                context,
                step,
                SignInMethod.Password,
                newUser: false,
                () => TypedResults.Ok(new SignedInUser(user.Id, user.Email))
            )
            : await FailAsync(context, address, cancellationToken);
    }

    private async Task<User?> FindAsync(EmailAddress address, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Set<User>()
            .AsNoTracking()
            .SingleOrDefaultAsync(user => user.Email == address.Text, cancellationToken);
    }

    /// <summary>
    /// Says until when the account can be restored. No mail is sent again: unlike who opens a link, whoever knows the password
    /// could have any number of them sent.
    /// </summary>
    private async Task<IResult> ClosedAsync(User user, CancellationToken cancellationToken)
    {
        meter.Failed(SignInMethod.Password, SignInFailure.AccountClosed);
        Log.SignInRefused(log, SignInMethod.Password, SignInFailure.AccountClosed);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await departures.RestorableUntilAsync(db, user.Id, cancellationToken) is { } until
            ? Problem.Of(
                StatusCodes.Status403Forbidden,
                SignInFailure.AccountClosed,
                $"This account was left. Until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC it can be restored, by the link in the mail that was sent then; signing in by link has it sent once more.",
                ("restorable_until", until)
            )
            : Problem.Of(StatusCodes.Status403Forbidden, SignInFailure.AccountClosed, "This account is closed.");
    }

    /// <summary>Opens the session, unless the password was changed or the account closed since it was read.</summary>
    private async Task<SignInStep?> OpenAsync(User user, string hash, Visit visit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Also when the hash stays: a reset waits here for the session to be there, and then ends it.
        var unchanged = await db.Database.ExecuteSqlAsync(
            $"""
            update accounts.users set
              password_hash = {hash}, updated_at = case when password_hash = {hash} then updated_at else {now} end
            where id = {user.Id} and password_hash = {user.PasswordHash} and status = {User.Active}
            """,
            cancellationToken
        );
        if (unchanged == 0)
            return null;
        var step = await signIns.OpenAsync(db, user, visit, cancellationToken);
        if (step.Commits)
            await transaction.CommitAsync(cancellationToken);
        return step;
    }

    private async Task<IResult> FailAsync(
        HttpContext context,
        EmailAddress address,
        CancellationToken cancellationToken
    )
    {
        meter.Failed(SignInMethod.Password, SignInFailure.InvalidCredentials);
        Log.SignInRefused(log, SignInMethod.Password, SignInFailure.InvalidCredentials);
        return (IResult?)
                await limits.RefuseAsync(context, LimitNames.FailedSignIns, address.Hash(), TooMany, cancellationToken)
            ?? Problem.Of(
                StatusCodes.Status401Unauthorized,
                SignInFailure.InvalidCredentials,
                "There is no account with this e-mail address and this password."
            );
    }

    private ProblemHttpResult? RefuseOver(HttpContext context, EmailAddress address) =>
        limits.RefuseOver(context, LimitNames.FailedSignIns, address.Hash(), TooMany);

    /// <summary>Unknown addresses are counted like known ones, so this says nothing about accounts.</summary>
    private static string TooMany(LimitDecision decision) =>
        "Too many attempts to sign in to this account with a wrong password: sign in by link, or reset the password.";
}
