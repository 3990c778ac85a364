namespace Heretix.Accounts.External.Identities;

/// <summary>An identity as its user sees it.</summary>
/// <param name="Id">Id to unlink it by.</param>
/// <param name="Issuer">The name of the issuer here; its address when it is not configured any more.</param>
/// <param name="Subject">Who the user is for the issuer.</param>
/// <param name="Email">The address there; null for none.</param>
/// <param name="CreatedAt">When it was linked (UTC).</param>
/// <param name="LastUsedAt">When it last proved something, exact to a few minutes (UTC).</param>
internal sealed record IdentityView(
    Guid Id,
    string Issuer,
    string Subject,
    string? Email,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUsedAt
);

/// <summary>Links an identity to the signed-in user.</summary>
/// <param name="Issuer">The name of the issuer here, such as <c>google</c>.</param>
/// <param name="IdToken">The ID token of the issuer; of one like Clerk, which has none, its session token.</param>
/// <param name="Nonce">As for signing in.</param>
internal sealed record LinkIdentityBody(string? Issuer, string? IdToken, string? Nonce)
{
    /// <summary>Not the token: a record would print its members.</summary>
    public override string ToString() => "(ID token)";
}
