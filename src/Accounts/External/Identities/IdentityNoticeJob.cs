using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.Users;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.External.Identities;

/// <summary>An identity of which its user is to be told what became of it.</summary>
/// <param name="Identity">Id of its row.</param>
/// <param name="Unlinked">It was unlinked; else it was linked.</param>
internal sealed record IdentityNotice(Guid Identity, bool Unlinked);

/// <summary>
/// Mails that an identity was linked or unlinked. Who has no address is told nothing. No
/// connection is held while the mail server is talked to.
/// </summary>
internal sealed class IdentityNoticeJob(
    IMailer mailer,
    IssuerList issuers,
    ServerSettings settings,
    ILogger<IdentityNoticeJob> log
) : IJobHandler<IdentityNotice>
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.identity_mail";

    /// <summary>Over a few hours: a notice is worth something as long as it can be acted on.</summary>
    public static JobRetry Retry { get; } = new(15, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    /// <inheritdoc />
    public async Task RunAsync(IdentityNotice arguments, JobRun run, CancellationToken stop)
    {
        if (await FindAsync(arguments.Identity, run, stop) is not var (to, identity))
            return;
        try
        {
            await mailer.SendAsync(Write(to, identity, arguments.Unlinked), stop);
        }
        catch (MailException refused) when (refused.Permanent)
        {
            Log.IdentityMailRefused(log, arguments.Identity);
        }
    }

    private static async Task<(string To, ExternalIdentity Identity)?> FindAsync(
        Guid id,
        JobRun run,
        CancellationToken stop
    )
    {
        await using var db = run.OpenDb();
        var found = await db.Set<ExternalIdentity>()
            .AsNoTracking()
            .Where(identity => identity.Id == id)
            .Join(
                db.Set<User>().Where(user => user.Status == User.Active && user.Email != null),
                identity => identity.UserId,
                user => user.Id,
                (identity, user) => new { Identity = identity, user.Email }
            )
            .SingleOrDefaultAsync(stop);
        return found is null ? null : (found.Email!, found.Identity);
    }

    private MailMessage Write(string to, ExternalIdentity identity, bool unlinked)
    {
        var name = issuers.OfUrl(identity.Issuer)?.DisplayName ?? identity.Issuer;
        return unlinked ? Unlinked(to, name) : Linked(to, name);
    }

    private MailMessage Linked(string to, string issuer) =>
        new(
            to,
            "A way to sign in to Heretix was added",
            $"""
            An identity at {issuer} was linked to your Heretix account. From now on it signs in:

            {settings.AppUrl}

            It was not you? Then sign in, unlink it, and sign out everywhere else.
            """,
            "identity_linked"
        );

    private MailMessage Unlinked(string to, string issuer) =>
        new(
            to,
            "A way to sign in to Heretix was removed",
            $"""
            An identity at {issuer} was unlinked from your Heretix account. It signs in no more, and every other session of
            yours was ended:

            {settings.AppUrl}

            It was not you? Then sign in by a link to this address, and link it again.
            """,
            "identity_unlinked"
        );
}
