namespace Heretix.Accounts.External.Issuers;

/// <summary>Somebody else who says who people are, as configured. Everything in it was checked on start.</summary>
internal sealed record Issuer
{
    /// <summary>What it is called here: <c>google</c>, <c>apple</c>, <c>clerk</c> or a name of the operator's.</summary>
    public required string Name { get; init; }

    /// <summary>What people are told it is called.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The claim <c>iss</c>, character by character; identities are kept under it.</summary>
    public required string Url { get; init; }

    /// <summary>Another spelling of <see cref="Url"/> that its tokens may carry; null for none.</summary>
    public string? OtherSpelling { get; init; }

    /// <summary>The audiences (<c>aud</c>) that are ours: the client ids. Empty when only the authorised party is looked at.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>The parties (<c>azp</c>) to which tokens may have been given; empty for any.</summary>
    public IReadOnlyList<string> AuthorizedParties { get; init; } = [];

    /// <summary>Where its keys are; null when its discovery document says it.</summary>
    public Uri? KeySetUri { get; init; }

    /// <summary>The algorithms that its tokens may be signed by: RS256, ES256.</summary>
    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>Its tokens may be sent as <c>Authorization: Bearer</c> with every request.</summary>
    public bool Bearer { get; init; }

    /// <summary>Its ID tokens sign in.</summary>
    public bool SignIn { get; init; }

    /// <summary>ID tokens without a nonce are refused.</summary>
    public bool RequireNonce { get; init; }

    /// <summary>The nonce in the token may be the SHA-256 of ours in hex, as apps hand it to Apple.</summary>
    public bool HashedNonce { get; init; }

    /// <summary>An address that it calls verified is taken for proven.</summary>
    public bool VerifiesEmail { get; init; } = true;

    /// <summary>Only addresses of these domains are taken for proven; empty for all.</summary>
    public IReadOnlyList<string> EmailDomains { get; init; } = [];

    /// <summary>Addresses in clear are allowed, on this machine alone.</summary>
    public bool AllowsLoopback { get; init; }

    /// <summary>Whether a token that names this issuer is of this one.</summary>
    public bool Is(string issuer) =>
        string.Equals(issuer, Url, StringComparison.Ordinal)
        || (OtherSpelling is not null && string.Equals(issuer, OtherSpelling, StringComparison.Ordinal));

    /// <summary>Whether keys may be fetched from an address: by https, and in tests from this machine.</summary>
    public bool MayFetch(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        || (AllowsLoopback && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
