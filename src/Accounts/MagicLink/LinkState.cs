using Heretix.Accounts.SignIn;

namespace Heretix.Accounts.MagicLink;

/// <summary>What a link is worth at the moment.</summary>
internal abstract record LinkState
{
    /// <summary>It can be used.</summary>
    public sealed record Open(EmailToken Token) : LinkState;

    /// <summary>It cannot.</summary>
    /// <param name="Error">One of <see cref="Telemetry.SignInFailure"/>.</param>
    public sealed record Closed(string Error) : LinkState;
}

/// <summary>What came of using a link.</summary>
internal abstract record LinkUse
{
    /// <summary>The address was proven; the step says whether a session was opened.</summary>
    public sealed record Proven(SignInStep Step, bool NewUser) : LinkUse;

    /// <summary>The address was proven, but its account is closed.</summary>
    /// <param name="RestorableUntil">Until when it can be restored; null when it cannot.</param>
    public sealed record Closed(DateTimeOffset? RestorableUntil) : LinkUse;

    /// <summary>Nothing was opened.</summary>
    /// <param name="Error">One of <see cref="Telemetry.SignInFailure"/>.</param>
    public sealed record Refused(string Error) : LinkUse;
}
