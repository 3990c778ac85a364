using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Passwords;

/// <summary>Sets a new password.</summary>
/// <param name="Token">Out of the mail.</param>
/// <param name="Password">8 to 128 characters.</param>
internal sealed record ResetPasswordBody(string? Token, string? Password);

/// <summary>
/// Sets the password of whoever reads the mail of the address, also where there was none. Whoever was signed in may be the
/// reason for it, so all sessions of the user end with the change.
/// </summary>
internal sealed class PasswordReset(
    IDbContextFactory<HeretixDb> databases,
    LinkConsumption links,
    PasswordRules rules,
    PasswordHashing hashing,
    TimeProvider time,
    ILogger<PasswordReset> log
)
{
    private static readonly string[] Purpose = [EmailToken.Reset];

    public async Task<IResult> HandleAsync(ResetPasswordBody body, CancellationToken cancellationToken)
    {
        if (!LinkToken.TryParse(body.Token, out var link))
            return Refuse();
        if (await links.LookAsync(link, Purpose, cancellationToken) is not LinkState.Open { Token: var token })
            return Refuse();
        if (!Password.TryRead(body.Password, out var password))
            return Problem.Invalid("password", "must be a text of at most 128 characters");
        if (rules.Problem(password, token.Email) is { } weak)
            return Problem.Invalid("password", weak);
        var hash = await hashing.HashAsync(password, cancellationToken);
        if (await ChangeAsync(token, hash, cancellationToken) is not { } user)
            return Refuse();
        Log.PasswordReset(log, user);
        return TypedResults.NoContent();
    }

    /// <summary>Of all requests with one token, one succeeds. The user whose password it was; null when none did.</summary>
    private async Task<Guid?> ChangeAsync(EmailToken token, string hash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LinkConsumption.TakeAsync(db, token, now, cancellationToken) is not null)
            return null;
        var user = await db.Set<User>()
            .Where(user => user.Email == token.Email && user.Status == User.Active)
            .Select(user => (Guid?)user.Id)
            .SingleOrDefaultAsync(cancellationToken);
        if (user is not { } id)
            return null;
        await db.Set<User>()
            .Where(user => user.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(user => user.PasswordHash, hash).SetProperty(user => user.UpdatedAt, now),
                cancellationToken
            );
        await db.Set<Session>().Where(session => session.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return id;
    }

    private ProblemHttpResult Refuse()
    {
        Log.SignInRefused(log, "reset", SignInFailure.InvalidToken);
        return Problem.Of(
            StatusCodes.Status400BadRequest,
            SignInFailure.InvalidToken,
            "This token is not valid, was used, or has expired: ask for a new mail by POST /api/auth/forgot-password."
        );
    }
}
