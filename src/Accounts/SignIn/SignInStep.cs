using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;

namespace Heretix.Accounts.SignIn;

/// <summary>A person who has proven who they are, and the session that was opened for them.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Email">The address of the account.</param>
/// <param name="Session">The session.</param>
/// <param name="Device">The device that it was opened on, as it told.</param>
/// <param name="Entry">How the device was let in.</param>
internal sealed record CompletedSignIn(
    Guid UserId,
    string? Email,
    OpenedSession Session,
    PresentedDevice Device,
    DeviceEntry.Admitted Entry
);

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

    /// <summary>To the door: there is no room for the device.</summary>
    /// <param name="Entry">Why not.</param>
    public sealed record DeviceRefused(DeviceEntry Entry) : SignInStep
    {
        /// <inheritdoc />
        public override bool Commits => false;
    }

    /// <summary>Half of the way: the user has a second factor, and a challenge waits for it.</summary>
    /// <param name="UserId">Who has proven the first.</param>
    /// <param name="Challenge">What the client answers the challenge by; the only moment at which it is known.</param>
    /// <param name="WantsTokens">It is an API client, which is told the challenge; a browser gets it as a cookie.</param>
    /// <param name="ExpiresAt">Until when the challenge can be answered.</param>
    public sealed record SecondFactorNeeded(Guid UserId, Secret Challenge, bool WantsTokens, DateTimeOffset ExpiresAt)
        : SignInStep;
}
