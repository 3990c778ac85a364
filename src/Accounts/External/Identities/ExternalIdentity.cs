namespace Heretix.Accounts.External.Identities;

/// <summary>
/// Who a user is elsewhere. One that was unlinked stays as a mark: without it, the next sign-in by it would find its way back
/// to the account by the address.
/// </summary>
internal sealed class ExternalIdentity
{
    public Guid Id { get; init; }

    public Guid UserId { get; set; }

    /// <summary>The claim <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>The claim <c>sub</c>: never given to somebody else by the issuer, unlike an address.</summary>
    public required string Subject { get; init; }

    /// <summary>The address that it had when it was last shown, for its user to recognise it; null for none.</summary>
    public string? Email { get; set; }

    /// <summary>Whether the issuer called that address verified.</summary>
    public bool EmailVerified { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it last proved something, exact to a few minutes.</summary>
    public DateTimeOffset LastUsedAt { get; set; }

    /// <summary>When its user unlinked it; null while it can be used.</summary>
    public DateTimeOffset? UnlinkedAt { get; set; }
}
