using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.MagicLink;

/// <summary>A link to be mailed.</summary>
/// <param name="Token">Id of its row.</param>
internal sealed record LinkMail(Guid Token);

/// <summary>
/// Mails a link. The part of the link that proves is made here and only its hash is stored: no job, row or log ever holds
/// a link that could be used. Each attempt makes a new one, so after a failure in the middle of sending the newest mail
/// counts. No connection is held while the mail server is talked to.
/// </summary>
internal sealed class LinkMailJob(
    IMailer mailer,
    SignInMeter meter,
    LinkMessages messages,
    TimeProvider time,
    ILogger<LinkMailJob> log
) : IJobHandler<LinkMail>
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.mail";

    /// <summary>Ten attempts; a link lives for minutes, so none waits for longer than one.</summary>
    public static JobRetry Retry { get; } = new(10, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <inheritdoc />
    public async Task RunAsync(LinkMail arguments, JobRun run, CancellationToken stop)
    {
        var verifier = Secret.New();
        if (await IssueAsync(arguments.Token, verifier.Hash(), run, stop) is not { } row)
            return;
        var hasAccount = row.Purpose != EmailToken.SignIn && await HasAccountAsync(row.Email, run, stop);
        if (messages.Write(row, LinkToken.Of(row.Selector, verifier), hasAccount) is not { } message)
            return;
        try
        {
            await mailer.SendAsync(message, stop);
        }
        catch (MailException refused) when (refused.Permanent)
        {
            // The provider would say the same to every further attempt, and counts them against the sender.
            meter.Failed(SignInMethod.Link, SignInFailure.MailRefused);
            Log.LinkRefused(log, arguments.Token);
            return;
        }
        await using var db = run.OpenDb();
        await db.Set<EmailToken>()
            .Where(token => token.Id == arguments.Token)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.SentAt, time.GetUtcNow()), stop);
    }

    /// <summary>Stores the hash of a new verifier, unless the link is used, expired, ended or already on its way.</summary>
    private async Task<EmailToken?> IssueAsync(Guid id, byte[] verifierHash, JobRun run, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var db = run.OpenDb();
        var issued = await db.Set<EmailToken>()
            .Where(token =>
                token.Id == id
                && token.ConsumedAt == null
                && token.EndedAt == null
                && token.SentAt == null
                && token.ExpiresAt > now
            )
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.VerifierHash, verifierHash), stop);
        var row = await db.Set<EmailToken>().AsNoTracking().SingleOrDefaultAsync(token => token.Id == id, stop);
        if (issued > 0)
            return row;
        if (row is { SentAt: null, ConsumedAt: null, EndedAt: null })
        {
            meter.Failed(SignInMethod.Link, SignInFailure.MailTooLate);
            Log.LinkNotMailed(log, id);
        }
        return null;
    }

    /// <summary>Looked up here and not by the request, which takes the same time for everybody.</summary>
    private static async Task<bool> HasAccountAsync(string email, JobRun run, CancellationToken stop)
    {
        await using var db = run.OpenDb();
        return await db.Set<User>().AnyAsync(user => user.Email == email && user.Status == User.Active, stop);
    }
}
