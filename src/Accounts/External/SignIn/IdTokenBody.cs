namespace Heretix.Accounts.External.SignIn;

/// <summary>Proves an identity.</summary>
/// <param name="IdToken">The ID token of the issuer.</param>
/// <param name="Nonce">The nonce that was given out for it; required where the token holds its hash, or no cookie goes along.</param>
internal sealed record IdTokenBody(string? IdToken, string? Nonce)
{
    /// <summary>Not the token: a record would print its members.</summary>
    public override string ToString() => "(ID token)";
}
