using Heretix.Accounts.Devices;
using Heretix.Accounts.External.Identities;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Totp;
using Heretix.Accounts.Users;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Leaving;

/// <summary>What accounts hold on a user, for the user to take along.</summary>
internal sealed record AccountRecord(
    Guid Id,
    string? Email,
    string Status,
    bool HasPassword,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<DeviceRecord> Devices,
    IReadOnlyList<DeviceRemovalRecord> DeviceRemovals,
    IReadOnlyList<IdentityRecord> Identities,
    IReadOnlyList<SessionRecord> Sessions,
    IReadOnlyList<LinkRecord> Links,
    IReadOnlyList<DepartureRecord> Departures,
    IReadOnlyList<ExportRecord> Exports,
    SecondFactorRecord? SecondFactor
)
{
    /// <summary>Rows of the record; few but for the sessions.</summary>
    public static async Task<long> CountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        1
        + await export.Db.Set<Session>().LongCountAsync(session => session.UserId == export.UserId, cancellationToken);

    /// <summary>Everything but the hashes of tokens, of fingerprints and of the password, which are of no use to anybody; null when there is no such user.</summary>
    public static async Task<object?> ReadAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        var db = export.Db;
        var user = await db.Set<User>()
            .AsNoTracking()
            .SingleOrDefaultAsync(user => user.Id == export.UserId, cancellationToken);
        if (user is null)
            return null;
        var devices = await db.Set<Device>()
            .Where(device => device.UserId == user.Id)
            .OrderBy(device => device.Id)
            .Select(device => new DeviceRecord(
                device.Id,
                device.Name,
                device.Platform,
                device.CreatedAt,
                device.LastSeenAt
            ))
            .ToListAsync(cancellationToken);
        var removals = await db.Set<DeviceRemoval>()
            .Where(removal => removal.UserId == user.Id)
            .OrderBy(removal => removal.Day)
            .Select(removal => new DeviceRemovalRecord(removal.Day, removal.Used))
            .ToListAsync(cancellationToken);
        var sessions = await db.Set<Session>()
            .Where(session => session.UserId == user.Id)
            .OrderBy(session => session.Id)
            .Select(session => new SessionRecord(
                session.Id,
                session.DeviceId,
                session.Kind,
                session.CreatedAt,
                session.LastSeenAt,
                session.ExpiresAt,
                session.UserAgent
            ))
            .ToListAsync(cancellationToken);
        var identities = await db.Set<ExternalIdentity>()
            .Where(identity => identity.UserId == user.Id)
            .OrderBy(identity => identity.Id)
            .Select(identity => new IdentityRecord(
                identity.Id,
                identity.Issuer,
                identity.Subject,
                identity.Email,
                identity.EmailVerified,
                identity.CreatedAt,
                identity.LastUsedAt,
                identity.UnlinkedAt
            ))
            .ToListAsync(cancellationToken);
        var links = await db.Set<EmailToken>()
            .Where(token => token.Email == user.Email)
            .OrderBy(token => token.Id)
            .Select(token => new LinkRecord(
                token.Id,
                token.Purpose,
                token.CreatedAt,
                token.ExpiresAt,
                token.SentAt,
                token.ConsumedAt,
                token.EndedAt
            ))
            .ToListAsync(cancellationToken);
        var departures = await db.Set<Departure>()
            .Where(departure => departure.UserId == user.Id)
            .OrderBy(departure => departure.Id)
            .Select(departure => new DepartureRecord(
                departure.Id,
                departure.LeftAt,
                departure.EraseAt,
                departure.SentAt,
                departure.RestoredAt
            ))
            .ToListAsync(cancellationToken);
        var exports = await db.Set<AccountExport>()
            .Where(row => row.UserId == user.Id)
            .OrderBy(row => row.Id)
            .Select(row => new ExportRecord(row.Id, row.Status, row.RequestedAt, row.ReadyAt, row.ExpiresAt))
            .ToListAsync(cancellationToken);
        var enabled = await TotpReset.LookAsync(db, user.Id, cancellationToken);
        return new AccountRecord(
            user.Id,
            user.Email,
            user.Status,
            user.PasswordHash is not null,
            user.CreatedAt,
            user.UpdatedAt,
            devices,
            removals,
            identities,
            sessions,
            links,
            departures,
            exports,
            enabled is { } factor ? new SecondFactorRecord(factor.Since, factor.RecoveryCodes) : null
        );
    }

    /// <summary>
    /// Erases the user, the links of the address, and by their foreign keys identities, the second factor, devices, sessions
    /// with their tokens, departures and exports.
    /// </summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        var db = erase.Db;
        await db.Set<EmailToken>()
            .Where(token => db.Set<User>().Any(user => user.Id == erase.UserId && user.Email == token.Email))
            .ExecuteDeleteAsync(cancellationToken);
        await db.Set<User>().Where(user => user.Id == erase.UserId).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>A device as it is stored, but for the hash of its fingerprint.</summary>
internal sealed record DeviceRecord(
    Guid Id,
    string Name,
    string? Platform,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt
);

/// <summary>How many devices were removed or replaced on a day.</summary>
internal sealed record DeviceRemovalRecord(DateOnly Day, int Used);

/// <summary>An identity elsewhere as it is stored.</summary>
internal sealed record IdentityRecord(
    Guid Id,
    string Issuer,
    string Subject,
    string? Email,
    bool EmailVerified,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUsedAt,
    DateTimeOffset? UnlinkedAt
);

/// <summary>A session as it is stored.</summary>
internal sealed record SessionRecord(
    Guid Id,
    Guid? DeviceId,
    string Kind,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt,
    string? UserAgent
);

/// <summary>A mailed link as it is stored.</summary>
internal sealed record LinkRecord(
    Guid Id,
    string Purpose,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? ConsumedAt,
    DateTimeOffset? EndedAt
);

/// <summary>That signing in takes a code; the secret and the codes are of no use to anybody else.</summary>
internal sealed record SecondFactorRecord(DateTimeOffset Since, int CodesLeft);

/// <summary>That the user left before, and came back.</summary>
internal sealed record DepartureRecord(
    Guid Id,
    DateTimeOffset LeftAt,
    DateTimeOffset EraseAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? RestoredAt
);

/// <summary>That an export was asked for.</summary>
internal sealed record ExportRecord(
    Guid Id,
    string Status,
    DateTimeOffset RequestedAt,
    DateTimeOffset? ReadyAt,
    DateTimeOffset ExpiresAt
);
