using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Jobs;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Passwords;

/// <summary>Asks for an account with a password.</summary>
/// <param name="Email">The address of the account.</param>
/// <param name="Password">8 to 128 characters.</param>
internal sealed record RegisterBody(string? Email, string? Password);

/// <summary>Asks for a mail to set a new password by.</summary>
/// <param name="Email">The address of the account.</param>
internal sealed record ForgotPasswordBody(string? Email);

/// <summary>
/// Takes the wish for an account or for a new password. Neither looks at users: the answer and the work are the same whether
/// the address has an account or not, and only the mail, which the owner of the address alone reads, says which it is.
/// </summary>
internal sealed class PasswordMailRequests(
    IDbContextFactory<HeretixDb> databases,
    IJobQueue jobs,
    RequestLimits limits,
    LinkBinding binding,
    PasswordRules rules,
    PasswordHashing hashing,
    SignInMeter meter,
    TimeProvider time,
    IOptions<AccountsOptions> options
)
{
    public async Task<IResult> RegisterAsync(
        RegisterBody body,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (!EmailAddress.TryParse(body.Email, out var address, out var problem))
            return Problem.Invalid("email", problem);
        if (!Password.TryRead(body.Password, out var password))
            return Problem.Invalid("password", "must be a text of at most 128 characters");
        if (rules.Problem(password, address.Text) is { } weak)
            return Problem.Invalid("password", weak);
        if (await RefuseAsync(context, LimitNames.MagicLinkAddress, address, cancellationToken) is { } tooMany)
            return tooMany;
        var hash = await hashing.HashAsync(password, cancellationToken);
        var wish = New(EmailToken.Registration, address, options.Value.LinkLifetime, binding.Bind(context), hash);
        await StoreAsync(wish, cancellationToken);
        meter.Started(SignInMethod.Password);
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    public async Task<IResult> ForgotAsync(
        ForgotPasswordBody body,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (!EmailAddress.TryParse(body.Email, out var address, out var problem))
            return Problem.Invalid("email", problem);
        if (await RefuseAsync(context, LimitNames.PasswordReset, address, cancellationToken) is { } tooMany)
            return tooMany;
        await StoreAsync(New(EmailToken.Reset, address, options.Value.ResetLifetime, null, null), cancellationToken);
        return TypedResults.NoContent();
    }

    private EmailToken New(
        string purpose,
        EmailAddress address,
        TimeSpan lifetime,
        byte[]? bindingHash,
        string? passwordHash
    )
    {
        var now = time.GetUtcNow();
        return new EmailToken
        {
            Id = Guid.CreateVersion7(now),
            Purpose = purpose,
            Email = address.Text,
            Selector = LinkToken.NewSelector(),
            BindingHash = bindingHash,
            PasswordHash = passwordHash,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
    }

    private async Task StoreAsync(EmailToken token, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.Add(token);
        await db.SaveChangesAsync(cancellationToken);
        await jobs.EnqueueAsync(
            db,
            LinkMailJob.Kind,
            token.Id.ToString("N"),
            new LinkMail(token.Id),
            cancellationToken: cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<IResult?> RefuseAsync(
        HttpContext context,
        string policy,
        EmailAddress address,
        CancellationToken cancellationToken
    ) => await limits.RefuseAsync(context, policy, address.Hash(), TooMany, cancellationToken);

    private static string TooMany(LimitDecision decision) =>
        $"At most {decision.Limit} such mails an hour are sent to one address: use the newest.";
}
