using Heretix.Platform.Database;
using Heretix.Platform.Jobs;

namespace Heretix.Accounts.Notices;

/// <summary>What people are told about changes of what they sign in by; also the names in the queue and of the mails.</summary>
internal static class NoticeKind
{
    public const string Enabled = "totp_enabled";
    public const string Disabled = "totp_disabled";
    public const string RecoveryCodeUsed = "recovery_code_used";
    public const string RecoveryCodesRenewed = "recovery_codes_renewed";
    public const string PasswordChanged = "password_changed";

    /// <summary>Somebody knows the first factor and guesses at the second.</summary>
    public const string Guessed = "second_factor_guessed";

    /// <summary>An operator took the second factor away.</summary>
    public const string Reset = "totp_reset";
}

/// <summary>A notice to be mailed.</summary>
/// <param name="User">Whom to tell.</param>
/// <param name="Kind">One of <see cref="NoticeKind"/>.</param>
/// <param name="At">When it happened.</param>
internal sealed record SecurityNotice(Guid User, string Kind, DateTimeOffset At);

/// <summary>Queues notices, in the transaction of what they tell of.</summary>
internal sealed class SecurityNotices(IJobQueue jobs, TimeProvider time)
{
    /// <summary>Tells the user; the last statement before the commit.</summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="userId">Whom to tell.</param>
    /// <param name="kind">One of <see cref="NoticeKind"/>.</param>
    public Task TellAsync(HeretixDb db, Guid userId, string kind, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return jobs.EnqueueAsync(
            db,
            SecurityNoticeJob.Kind,
            Guid.CreateVersion7(now).ToString("N"),
            new SecurityNotice(userId, kind, now),
            cancellationToken: cancellationToken
        );
    }
}
