using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Leaving.Departing;

/// <summary>A departure to be confirmed by mail.</summary>
/// <param name="Departure">Id of its row.</param>
internal sealed record DepartureMail(Guid Departure);

/// <summary>
/// Tells who left until when and how that can be taken back. The part of the link that proves is made here, as for links
/// to sign in by: no job, row or log ever holds a link that works, and after a failure in the middle of sending the newest
/// mail counts.
/// </summary>
internal sealed class DepartureMailJob(
    IMailer mailer,
    ServerSettings settings,
    TimeProvider time,
    ILogger<DepartureMailJob> log
) : IJobHandler<DepartureMail>
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.leaving_mail";

    /// <summary>Over a day or so: the account can be restored for many.</summary>
    public static JobRetry Retry { get; } = new(30, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    /// <inheritdoc />
    public async Task RunAsync(DepartureMail arguments, JobRun run, CancellationToken stop)
    {
        var verifier = Secret.New();
        if (await IssueAsync(arguments.Departure, verifier.Hash(), run, stop) is not var (to, departure))
            return;
        try
        {
            await mailer.SendAsync(Write(to, departure, LinkToken.Of(departure.Selector, verifier)), stop);
        }
        catch (MailException refused) when (refused.Permanent)
        {
            Log.DepartureMailRefused(log, arguments.Departure);
            return;
        }
        await using var db = run.OpenDb();
        await db.Set<Departure>()
            .Where(row => row.Id == arguments.Departure)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SentAt, time.GetUtcNow()), stop);
    }

    /// <summary>Stores the hash of a new verifier, unless the mail is on its way or there is nothing to take back any more.</summary>
    private async Task<(string To, Departure Departure)?> IssueAsync(
        Guid id,
        byte[] verifierHash,
        JobRun run,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var db = run.OpenDb();
        var issued = await db.Set<Departure>()
            .Where(row => row.Id == id && row.SentAt == null && row.RestoredAt == null && row.EraseAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.VerifierHash, verifierHash), stop);
        if (issued == 0)
            return null;
        var found = await db.Set<Departure>()
            .AsNoTracking()
            .Where(row => row.Id == id)
            .Join(db.Set<User>(), row => row.UserId, user => user.Id, (row, user) => new { Row = row, user.Email })
            .SingleOrDefaultAsync(stop);
        return found is { Email: { } email } ? (email, found.Row) : null;
    }

    private MailMessage Write(string to, Departure departure, LinkToken token)
    {
        var link = new Uri(settings.ApiUrl, $"/api/account/restore?token={token.Text}");
        return new MailMessage(
            to,
            "You have left Heretix",
            $"""
            Your Heretix account is closed, and you are signed out everywhere.

            Until {departure.EraseAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC you can have it back, with everything that is in it. Open this link and confirm:

            {link}

            After that everything that names you is erased for good. The text of claims that you had checked may be in files
            for research that were exported before; they do not say whose it was.

            It was not you who closed the account? Then restore it; the sessions of whoever it was have ended.
            """,
            "account_leaving"
        );
    }
}
