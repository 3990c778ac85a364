using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Jobs;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.MagicLink;

/// <summary>Asks for a link.</summary>
/// <param name="Email">Where to send it.</param>
internal sealed record LinkRequestBody(string? Email);

/// <summary>
/// Takes the wish for a link. It never looks at users: the answer and the work are the same whether the address has an
/// account or not, so neither can tell. The mail is written by a job (<see cref="LinkMailJob"/>), which commits with the row.
/// </summary>
internal sealed class LinkRequest(
    IDbContextFactory<HeretixDb> databases,
    IJobQueue jobs,
    RequestLimits limits,
    LinkBinding binding,
    SignInMeter meter,
    TimeProvider time,
    IOptions<AccountsOptions> options
)
{
    public async Task<IResult> HandleAsync(
        LinkRequestBody body,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (!EmailAddress.TryParse(body.Email, out var address, out var problem))
            return Problem.Invalid("email", problem);
        if (
            await limits.RefuseAsync(
                context,
                LimitNames.MagicLinkAddress,
                address.Hash(),
                TooMany,
                cancellationToken
            ) is
            { } tooMany
        )
            return tooMany;
        await StoreAsync(address, binding.Bind(context), cancellationToken);
        meter.Started(SignInMethod.Link);
        return TypedResults.NoContent();
    }

    private async Task StoreAsync(EmailAddress address, byte[] bindingHash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = new EmailToken
        {
            Id = Guid.CreateVersion7(now),
            Purpose = EmailToken.SignIn,
            Email = address.Text,
            Selector = LinkToken.NewSelector(),
            BindingHash = bindingHash,
            CreatedAt = now,
            ExpiresAt = now + options.Value.LinkLifetime,
        };
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

    /// <summary>Unknown addresses are counted like known ones, so this says nothing about accounts either.</summary>
    private static string TooMany(LimitDecision decision) =>
        $"At most {decision.Limit} links an hour are sent to one address: use the newest mail.";
}
