using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Retention;

/// <summary>
/// Removes sessions that have ended, tokens of issuers that were used and have expired, nonces, links that were used or have expired a while ago, exports whose time is over and
/// departures that were taken back. None counts for anything any more, so when it runs makes no difference but to the room
/// they take.
/// </summary>
internal sealed class ExpiredRows(TimeProvider time, IOptions<AccountsOptions> options, ILogger<ExpiredRows> log)
    : IRecurringJobHandler
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.purge";

    /// <summary>How often it runs.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(1);

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var oldest = now - TimeSpan.FromHours(options.Value.KeepLinksHours);
        var idleSince = now - options.Value.IdleLifetime;
        await using var db = run.OpenDb();
        var links = await db.Set<EmailToken>().Where(token => token.ExpiresAt <= oldest).ExecuteDeleteAsync(stop);
        var sessions = await db.Set<Session>()
            .Where(session => session.ExpiresAt <= now || session.LastSeenAt <= idleSince)
            .ExecuteDeleteAsync(stop);
        var exports = await db.Set<AccountExport>().Where(export => export.ExpiresAt <= now).ExecuteDeleteAsync(stop);
        await db.Set<Departure>().Where(departure => departure.RestoredAt <= oldest).ExecuteDeleteAsync(stop);
        // Another server's clock may be behind, and take the token for one that has not expired.
        var expired = now - Margin;
        await db.Set<UsedToken>().Where(token => token.ExpiresAt <= expired).ExecuteDeleteAsync(stop);
        await db.Set<Nonce>().Where(nonce => nonce.ExpiresAt <= now).ExecuteDeleteAsync(stop);
        Log.Purged(log, links, sessions, exports);
    }
}
