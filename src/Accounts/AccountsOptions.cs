using System.ComponentModel.DataAnnotations;

namespace Heretix.Accounts;

/// <summary>Options of accounts, <c>Heretix:Accounts:&lt;Option&gt;</c>; checked on start.</summary>
public sealed class AccountsOptions
{
    /// <summary>Where these options stand in the configuration.</summary>
    public const string Section = "Heretix:Accounts";

    /// <summary>Minutes for which a link and the cookie that belongs to it are good. Default 10.</summary>
    [Range(1, 60)]
    public int LinkMinutes { get; set; } = 10;

    /// <summary>Minutes for which a token to reset a password is good. Default 30.</summary>
    [Range(5, 120)]
    public int ResetMinutes { get; set; } = 30;

    /// <summary>Iterations of PBKDF2 for new hashes of passwords; older hashes follow at sign-in. Default 210,000.</summary>
    [Range(100_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>Days after which a session ends, however much it is used. Default 30.</summary>
    [Range(1, 90)]
    public int SessionDays { get; set; } = 30;

    /// <summary>Days without a request after which a session ends. Default 7.</summary>
    [Range(1, 90)]
    public int IdleDays { get; set; } = 7;

    /// <summary>Minutes for which an access token is good. Default 60.</summary>
    [Range(1, 1440)]
    public int AccessMinutes { get; set; } = 60;

    /// <summary>Days for which a refresh token is good, but never longer than its session. Default 30.</summary>
    [Range(1, 90)]
    public int RefreshDays { get; set; } = 30;

    /// <summary>
    /// Seconds for which a used refresh token may be shown again, because the answer was lost. Default 10; 0 allows none.
    /// </summary>
    [Range(0, 10)]
    public int RefreshGraceSeconds { get; set; } = 10;

    /// <summary>A session's last use is written at most this often, in minutes. Default 5.</summary>
    [Range(1, 60)]
    public int LastSeenMinutes { get; set; } = 5;

    /// <summary>Devices that a user may remove or replace within a day (UTC). Default 3.</summary>
    [Range(1, 100)]
    public int DeviceRemovalsPerDay { get; set; } = 3;

    /// <summary>Hours for which used and expired links are kept, so that their people are told what happened. Default 24.</summary>
    [Range(1, 720)]
    public int KeepLinksHours { get; set; } = 24;

    /// <summary>Seconds between two counts of active sessions and users for the metrics. Default 60.</summary>
    [Range(5, 3600)]
    public int CountSeconds { get; set; } = 60;

    /// <summary>Days for which an account that was left can be restored; then it is erased. Default 30.</summary>
    [Range(1, 365)]
    public int RestoreDays { get; set; } = 30;

    /// <summary>An export of more rows than this is built by a job; 0 has every one built by a job. Default 200.</summary>
    [Range(0, 100_000)]
    public int ExportRows { get; set; } = 200;

    /// <summary>Exports that jobs build for a user within a day. Default 3.</summary>
    [Range(1, 100)]
    public int ExportsPerDay { get; set; } = 3;

    /// <summary>Hours for which an export that a job built is kept. Default 24.</summary>
    [Range(1, 168)]
    public int ExportHours { get; set; } = 24;

    /// <summary>Everybody must have a second factor; who has none can do nothing but set one up. Default false.</summary>
    public bool TotpRequired { get; set; }

    /// <summary>Minutes for which the second step of a sign-in may take. Default 10.</summary>
    [Range(1, 30)]
    public int ChallengeMinutes { get; set; } = 10;

    /// <summary>Wrong codes after which a sign-in must begin anew. Default 5.</summary>
    [Range(1, 10)]
    public int ChallengeCodes { get; set; } = 5;

    /// <summary>Wrong codes of a user within <see cref="WrongCodesMinutes"/> after which none is looked at. Default 10.</summary>
    [Range(1, 100)]
    public int WrongCodes { get; set; } = 10;

    /// <summary>Minutes in which the wrong codes of a user are counted, beginning with the first. Default 15.</summary>
    [Range(1, 1440)]
    public int WrongCodesMinutes { get; set; } = 15;

    /// <summary>Minutes after a sign-in in which a second factor can be set up, and in which its secret must be confirmed. Default 15.</summary>
    [Range(1, 60)]
    public int RecentMinutes { get; set; } = 15;

    /// <summary>Requests that may wait until their password is hashed; further ones are answered 503. Default 64.</summary>
    [Range(1, 10_000)]
    public int HashingQueue { get; set; } = 64;

    /// <summary>Used refresh tokens of a session that are kept beside those of the last day. Default 50.</summary>
    [Range(0, 10_000)]
    public int RefreshHistory { get; set; } = 50;

    /// <summary>Minutes after which the keys of an issuer are fetched again. Default 60.</summary>
    [Range(1, 1440)]
    public int KeySetMinutes { get; set; } = 60;

    /// <summary>Hours for which known keys stay good while their issuer does not answer. Default 24.</summary>
    [Range(1, 168)]
    public int KeySetKeepHours { get; set; } = 24;

    /// <summary>Seconds within which an issuer must have answered with its keys. Default 5.</summary>
    [Range(1, 30)]
    public int KeySetSeconds { get; set; } = 5;

    internal TimeSpan KeySetLifetime => TimeSpan.FromMinutes(KeySetMinutes);

    internal TimeSpan KeySetKept => TimeSpan.FromHours(KeySetKeepHours);

    internal TimeSpan KeySetTimeout => TimeSpan.FromSeconds(KeySetSeconds);

    internal TimeSpan LinkLifetime => TimeSpan.FromMinutes(LinkMinutes);

    internal TimeSpan ResetLifetime => TimeSpan.FromMinutes(ResetMinutes);

    internal TimeSpan AccessLifetime => TimeSpan.FromMinutes(AccessMinutes);

    /// <summary>Refreshes of one session within a day: twice what its access tokens need, and what a busy program may.</summary>
    internal int RefreshesPerDay => Math.Max(500, 2 * 24 * 60 / AccessMinutes);

    internal TimeSpan RefreshLifetime => TimeSpan.FromDays(RefreshDays);

    internal TimeSpan RefreshGrace => TimeSpan.FromSeconds(RefreshGraceSeconds);

    internal TimeSpan SessionLifetime => TimeSpan.FromDays(SessionDays);

    internal TimeSpan IdleLifetime => TimeSpan.FromDays(IdleDays);
}
