namespace Heretix.Platform.Limits;

/// <summary>By what a policy counts.</summary>
public enum LimitScope
{
    /// <summary>The user; the IP address when there is none.</summary>
    Caller,

    /// <summary>The IP address, whoever asks.</summary>
    Address,
}

/// <summary>A limit: so many in a window that begins with the first one.</summary>
/// <param name="Name">Its name, in snake_case.</param>
/// <param name="Permits">How many are allowed in a window.</param>
/// <param name="Window">How long a window is.</param>
/// <param name="Scope">By what endpoints with this policy are counted.</param>
internal sealed record LimitPolicy(string Name, int Permits, TimeSpan Window, LimitScope Scope)
{
    /// <summary>The house's own, as documented; rooms add theirs with <c>AddLimit</c>.</summary>
    public static IReadOnlyList<LimitPolicy> House { get; } =
    [
        new(LimitNames.Api, 60, TimeSpan.FromMinutes(1), LimitScope.Caller),
        new(LimitNames.SignIn, 5, TimeSpan.FromMinutes(1), LimitScope.Address),
        new(LimitNames.FailedSignIns, 10, TimeSpan.FromMinutes(15), LimitScope.Address),
        new(LimitNames.MagicLinkAddress, 3, TimeSpan.FromHours(1), LimitScope.Address),
        new(LimitNames.MagicLinkIp, 10, TimeSpan.FromHours(1), LimitScope.Address),
        new(LimitNames.PasswordReset, 3, TimeSpan.FromHours(1), LimitScope.Address),
        new(LimitNames.Streams, 10, TimeSpan.FromMinutes(1), LimitScope.Caller),
        new(LimitNames.AnonymousChecks, 5, TimeSpan.FromDays(1), LimitScope.Address),
        new(LimitNames.Uploads, 20, TimeSpan.FromHours(1), LimitScope.Caller),
        new(LimitNames.UnlockMinute, 3, TimeSpan.FromMinutes(1), LimitScope.Caller),
        new(LimitNames.UnlockHour, 10, TimeSpan.FromHours(1), LimitScope.Caller),
        new(LimitNames.Orders, 10, TimeSpan.FromMinutes(1), LimitScope.Caller),
        new(LimitNames.BadSessions, 60, TimeSpan.FromMinutes(1), LimitScope.Address),
    ];
}
