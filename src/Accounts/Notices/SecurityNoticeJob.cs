using Heretix.Accounts.Users;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Notices;

/// <summary>
/// Mails a notice. It holds no secret and no link that does anything, so that it may come twice. The address is looked up when
/// it is sent; a user who was erased meanwhile is told nothing.
/// </summary>
internal sealed class SecurityNoticeJob(IMailer mailer, ServerSettings settings, ILogger<SecurityNoticeJob> log)
    : IJobHandler<SecurityNotice>
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.notice";

    /// <summary>Over a day or so: it is still worth knowing.</summary>
    public static JobRetry Retry { get; } = new(30, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    /// <inheritdoc />
    public async Task RunAsync(SecurityNotice arguments, JobRun run, CancellationToken stop)
    {
        if (await AddressAsync(arguments.User, run, stop) is not { } to)
            return;
        try
        {
            await mailer.SendAsync(Write(to, arguments), stop);
        }
        catch (MailException refused) when (refused.Permanent)
        {
            Log.NoticeRefused(log, arguments.User, arguments.Kind);
        }
    }

    private static async Task<string?> AddressAsync(Guid userId, JobRun run, CancellationToken stop)
    {
        await using var db = run.OpenDb();
        return await db.Set<User>()
            .Where(user => user.Id == userId)
            .Select(user => user.Email)
            .SingleOrDefaultAsync(stop);
    }

    private MailMessage Write(string to, SecurityNotice notice)
    {
        var (subject, happened, otherwise) = notice.Kind switch
        {
            NoticeKind.Enabled => (
                "Your Heretix account asks for a code now",
                "Signing in to your account takes a code of your app from now on. All other sessions were ended.",
                NotMe
            ),
            NoticeKind.Disabled => (
                "Your Heretix account asks for no code any more",
                "The second factor of your account was turned off, and its recovery codes are void. All other sessions were ended.",
                NotMe
            ),
            NoticeKind.RecoveryCodeUsed => (
                "A recovery code of your Heretix account was used",
                "Somebody, probably you, used one of your recovery codes in place of a code of your app. It works no more.",
                NotMe
            ),
            NoticeKind.RecoveryCodesRenewed => (
                "Your Heretix account has new recovery codes",
                "New recovery codes were made for your account. The ones before are void.",
                NotMe
            ),
            NoticeKind.PasswordChanged => (
                "The password of your Heretix account was changed",
                "Your account has a new password. All sessions but the one in which it was changed were ended.",
                NotMe
            ),
            NoticeKind.Guessed => (
                "Somebody tries codes at your Heretix account",
                "Many wrong codes were tried at your account, so for a while codes of the app are not taken; recovery codes are. "
                    + "Whoever tried has your password, reads your mail or has one of your sessions.",
                "It was not you? Set a new password, look who else reads your mail, and end the sessions that you do not know."
            ),
            NoticeKind.Reset => (
                "The second factor of your Heretix account was removed",
                "The operator of this server removed the second factor of your account and ended all its sessions. Sign in again "
                    + "and set it up anew.",
                "You did not ask for that? Tell the operator."
            ),
            var other => throw new InvalidOperationException($"no mail for {other}"),
        };
        return new MailMessage(
            to,
            subject,
            $"""
            {happened}

            It happened on {notice.At.UtcDateTime:yyyy-MM-dd} at {notice.At.UtcDateTime:HH:mm} UTC.

            {otherwise}

            {settings.AppUrl}
            """,
            notice.Kind
        );
    }

    private const string NotMe =
        "It was not you? Then somebody is in your account: end all sessions, set a new password and tell the operator of this server.";
}
