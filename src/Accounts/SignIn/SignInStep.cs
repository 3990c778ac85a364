using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;

namespace Heretix.Accounts.SignIn;

/// <summary>A person who has proven who they are, and the session that was opened for them.</summary>
internal sealed record CompletedSignIn(Guid UserId, string Email, OpenedSession Session);

/// <summary>How far somebody came whose proof was accepted.</summary>
internal abstract record SignInStep
{
    /// <summary>
    /// The transaction commits, and with it the proof is used up. Otherwise it rolls back, and the same proof may be shown
    /// again.
    /// </summary>
    public virtual bool Commits => true;

    /// <summary>All the way: a session was opened.</summary>
    public sealed record Opened(CompletedSignIn SignIn) : SignInStep;

    /// <summary>Half of the way: the user has a second factor, and a challenge waits for it.</summary>
    /// <param name="UserId">Who has proven the first.</param>
    /// <param name="Challenge">What the client answers the challenge by; the only moment at which it is known.</param>
    /// <param name="WantsTokens">It is an API client, which is told the challenge; a browser gets it as a cookie.</param>
    /// <param name="ExpiresAt">Until when the challenge can be answered.</param>
    public sealed record SecondFactorNeeded(Guid UserId, Secret Challenge, bool WantsTokens, DateTimeOffset ExpiresAt)
        : SignInStep;
}
