namespace Heretix.Accounts.External.Issuers;

/// <summary>What is known beforehand about an issuer that has a variable of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="Variable">The variable that switches it on.</param>
/// <param name="Issuer">Its claim <c>iss</c>; null when the variable says it.</param>
internal sealed record IssuerPreset(string Name, string DisplayName, string Variable, string? Issuer)
{
    /// <summary>What an issuer of the operator's may sign by.</summary>
    public static IReadOnlyList<string> EveryAlgorithm { get; } = ["RS256", "ES256"];

    /// <summary>Each of them signs by RS256 alone.</summary>
    public IReadOnlyList<string> Algorithms { get; } = ["RS256"];

    public bool Bearer { get; private init; }

    public bool SignIn { get; private init; } = true;

    public bool HashedNonce { get; private init; }

    /// <summary>Tokens may carry the issuer without <c>https://</c>.</summary>
    public bool WithoutScheme { get; private init; }

    /// <summary>Where its keys are known to be, below the issuer; null when its discovery document is asked.</summary>
    public string? KeySetPath { get; private init; }

    /// <summary>Where the keys are; null when discovery says it.</summary>
    public Uri? KeySetOf(string? issuer) =>
        KeySetPath is not null && Uri.TryCreate(issuer?.TrimEnd('/') + KeySetPath, UriKind.Absolute, out var keys)
            ? keys
            : null;

    /// <summary>The variable names the issuer, and not the client ids.</summary>
    public bool NamesIssuer => Issuer is null;

    public static IReadOnlyList<IssuerPreset> All { get; } =
    [
        new(IssuerNames.Google, "Google", "GOOGLE_CLIENT_ID", "https://accounts.google.com") { WithoutScheme = true },
        new(IssuerNames.Apple, "Apple", "APPLE_CLIENT_ID", "https://appleid.apple.com")
        {
            HashedNonce = true,
            KeySetPath = "/auth/keys",
        },
        new(IssuerNames.Clerk, "Clerk", "CLERK_ISSUER", null)
        {
            Bearer = true,
            SignIn = false,
            KeySetPath = "/.well-known/jwks.json",
        },
    ];
}
