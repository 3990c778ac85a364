using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Totp.Challenges;
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
    /// <summary>What the tokens are for.</summary>
    public static IReadOnlyCollection<string> Purpose { get; } = [EmailToken.Reset];

    public async Task<IResult> HandleAsync(ResetPasswordBody body, CancellationToken cancellationToken)
    {
        var outcome = LinkToken.TryParse(body.Token, out var link)
            ? await SetAsync(link, body.Password, cancellationToken)
            : new ResetOutcome.Refused();
        switch (outcome)
        {
            case ResetOutcome.Done:
                return TypedResults.NoContent();
            case ResetOutcome.Weak weak:
                return Problem.Invalid("password", weak.Problem);
            default:
                Log.SignInRefused(log, "reset", SignInFailure.InvalidToken);
                return Refusal();
        }
    }

    /// <summary>Sets the password when the token can be used, and the password too.</summary>
    public async Task<ResetOutcome> SetAsync(LinkToken link, string? chosen, CancellationToken cancellationToken)
    {
        if (await links.LookAsync(link, Purpose, cancellationToken) is not LinkState.Open { Token: var token })
            return new ResetOutcome.Refused();
        if (!Password.TryRead(chosen, out var password))
            return new ResetOutcome.Weak(token.Email, "must be a text of at most 128 characters");
        if (rules.Problem(password, token.Email) is { } weak)
            return new ResetOutcome.Weak(token.Email, weak);
        var hash = await hashing.HashAsync(password, cancellationToken);
        if (await ChangeAsync(token, hash, cancellationToken) is not { } user)
            return new ResetOutcome.Refused();
        Log.PasswordReset(log, user);
        return new ResetOutcome.Done();
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
        // The second factor stays: whoever reads the mail has proven no more than that.
        await SignInChallenges.EndAllAsync(db, id, cancellationToken);
        await db.Set<Session>().Where(session => session.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>The answer for a token that cannot be used.</summary>
    public static ProblemHttpResult Refusal() =>
        Problem.Of(
            StatusCodes.Status400BadRequest,
            SignInFailure.InvalidToken,
            "This token is not valid, was used, or has expired: ask for a new mail by POST /api/auth/forgot-password."
        );
}

/// <summary>What came of setting a new password.</summary>
internal abstract record ResetOutcome
{
    /// <summary>It is set.</summary>
    public sealed record Done : ResetOutcome;

    /// <summary>The password may not be chosen; the token can be used again.</summary>
    /// <param name="Email">The address of the account.</param>
    /// <param name="Problem">The rest of a sentence that begins with "password".</param>
    public sealed record Weak(string Email, string Problem) : ResetOutcome;

    /// <summary>The token cannot be used.</summary>
    public sealed record Refused : ResetOutcome;
}
