using Heretix.Accounts.Devices;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Totp;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Retention;

/// <summary>
/// Removes sessions that have ended, links that were used or have expired a while ago, tokens of issuers that were used and have
/// expired, nonces, exports whose time is over, sign-ins that were not completed, secrets that were not confirmed, departures that
/// were taken back, and devices that were not seen for as long as their cookie lives. None counts for anything any more, so when it
/// runs makes no difference but to the room
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
        await db.Set<AccountExport>()
            .Where(export => export.ExpiresAt <= now && export.Status == AccountExport.Ready)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(export => export.Status, AccountExport.Expired)
                        .SetProperty(export => export.Content, (byte[]?)null),
                stop
            );
        var dayAgo = now.AddDays(-1);
        var exports = await db.Set<AccountExport>()
            .Where(export => export.ExpiresAt <= now && export.RequestedAt <= dayAgo)
            .ExecuteDeleteAsync(stop);
        await db.Set<SignInChallenge>().Where(challenge => challenge.ExpiresAt <= now).ExecuteDeleteAsync(stop);
        var oldestSecret = now.AddMinutes(-options.Value.RecentMinutes);
        await db.Set<TotpFactor>()
            .Where(factor => factor.EnabledAt == null && factor.CreatedAt <= oldestSecret)
            .ExecuteDeleteAsync(stop);
        await db.Set<Departure>().Where(departure => departure.RestoredAt <= oldest).ExecuteDeleteAsync(stop);
        // Another server's clock may be behind, and take the token for one that has not expired.
        var expired = now - Margin;
        await db.Set<UsedToken>().Where(token => token.ExpiresAt <= expired).ExecuteDeleteAsync(stop);
        await db.Set<Nonce>().Where(nonce => nonce.ExpiresAt <= now).ExecuteDeleteAsync(stop);
        var unseenSince = now - DeviceCookie.Lifetime;
        var devices = await db.Set<Device>()
            .Where(device =>
                device.LastSeenAt <= unseenSince && !db.Set<Session>().Any(session => session.DeviceId == device.Id)
            )
            .ExecuteDeleteAsync(stop);
        // A day's allowance; a server whose clock is behind may still ask for yesterday's.
        var yesterday = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);
        await db.Set<DeviceRemoval>().Where(removal => removal.Day < yesterday).ExecuteDeleteAsync(stop);
        Log.Purged(log, links, sessions, exports, devices);
    }
}
