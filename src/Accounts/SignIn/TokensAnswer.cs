using Heretix.Accounts.Refresh;

namespace Heretix.Accounts.SignIn;

/// <summary>Who signed in.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address of the account; null for none.</param>
internal sealed record SignedInUser(Guid Id, string? Email);

/// <summary>The tokens of an API client. They are shown once and stored nowhere.</summary>
/// <param name="AccessToken">For the header <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Gives the next pair, once: POST /api/auth/refresh.</param>
/// <param name="TokenType"><c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds until the access token ends.</param>
/// <param name="RefreshExpiresIn">Seconds until the refresh token ends.</param>
/// <param name="User">Who signed in.</param>
/// <param name="DeviceId">The device that signed in; null for sessions older than devices.</param>
/// <param name="DeviceFingerprint">
/// What the device is known by from now on, when it was given that: for the header X-Device-Fingerprint of the next sign-in.
/// Null when the client has it already.
/// </param>
internal sealed record TokensAnswer(
    string AccessToken,
    string RefreshToken,
    string TokenType,
    int ExpiresIn,
    int RefreshExpiresIn,
    SignedInUser User,
    Guid? DeviceId = null,
    string? DeviceFingerprint = null
)
{
    /// <summary>A pair as it is answered.</summary>
    public static TokensAnswer Of(TokenPair pair, Guid userId, string? email, DateTimeOffset now) =>
        new(
            pair.Access.Text,
            pair.Refresh.Text,
            "Bearer",
            Seconds(pair.AccessExpiresAt - now),
            Seconds(pair.RefreshExpiresAt - now),
            new SignedInUser(userId, email)
        );

    /// <summary>Not the tokens: a record would print its members.</summary>
    public override string ToString() => "(tokens)";

    private static int Seconds(TimeSpan left) => (int)Math.Max(0, Math.Round(left.TotalSeconds));
}
