namespace Heretix.Platform.Limits;

/// <summary>
/// Rate limits by name. Counted per user, per IP address when anonymous (IPv6 by /64), in memory and in Redis when there is one.
/// </summary>
public interface IRateLimits
{
    /// <summary>Takes one from the allowance of <paramref name="key"/> under the policy.</summary>
    /// <param name="policy">A registered policy's name.</param>
    /// <param name="key">
    /// What is counted: a user or an address (<see cref="LimitKey"/>), the hash of an e-mail address.
    /// </param>
    /// <exception cref="ArgumentException">There is no such policy, or the key is empty.</exception>
    ValueTask<LimitDecision> TakeAsync(string policy, string key, CancellationToken cancellationToken);

    /// <summary>
    /// What the last request of <paramref name="key"/> was told, while its window lasts: a refusal, or what is left. Counts
    /// nothing and asks nobody: of what other processes counted it knows what they had told by then.
    /// </summary>
    /// <param name="policy">A registered policy's name.</param>
    /// <param name="key">What is counted.</param>
    /// <exception cref="ArgumentException">There is no such policy, or the key is empty.</exception>
    LimitDecision Peek(string policy, string key);
}

/// <summary>What a limit says about one request.</summary>
/// <param name="Allowed">The request may go on.</param>
/// <param name="Limit">Allowance of the window.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Reset">Until the window ends.</param>
public readonly record struct LimitDecision(bool Allowed, int Limit, int Remaining, TimeSpan Reset);

/// <summary>The names of the policies. Their numbers are configurable under <c>Heretix:Limits</c>.</summary>
public static class LimitNames
{
    /// <summary>Every endpoint under /api that names no other: 60 a minute.</summary>
    public const string Api = "api";

    /// <summary>Sign-in: 5 a minute.</summary>
    public const string SignIn = "sign_in";

    /// <summary>Sign-ins to one account with a wrong password: 10 in 15 minutes.</summary>
    public const string FailedSignIns = "failed_sign_ins";

    /// <summary>Magic links to one address: 3 an hour.</summary>
    public const string MagicLinkAddress = "magic_link_address";

    /// <summary>Magic links asked for from one IP address: 10 an hour.</summary>
    public const string MagicLinkIp = "magic_link_ip";

    /// <summary>Streams: 10 a minute.</summary>
    public const string Streams = "streams";

    /// <summary>Checks of anonymous callers from one IP address: 5 a day.</summary>
    public const string AnonymousChecks = "anonymous_checks";

    /// <summary>Resets of a password: 3 an hour.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>Uploads: 20 an hour.</summary>
    public const string Uploads = "uploads";

    /// <summary>Unlocks: 3 a minute.</summary>
    public const string UnlockMinute = "unlock_minute";

    /// <summary>Unlocks: 10 an hour as well.</summary>
    public const string UnlockHour = "unlock_hour";

    /// <summary>Orders of coins: 10 a minute.</summary>
    public const string Orders = "orders";

    /// <summary>Requests from one IP address with a session or token that does not exist, or that may be forged: 60 a minute.</summary>
    public const string BadSessions = "bad_sessions";

    /// <summary>No limit: health, metrics, static files.</summary>
    public const string None = "none";
}
