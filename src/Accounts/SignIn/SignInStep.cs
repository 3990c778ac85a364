using Heretix.Accounts.Sessions;

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
}
