using Heretix.Platform.Settings;

namespace Heretix.Accounts.External.Issuers;

/// <summary>The issuers whose tokens are taken.</summary>
internal sealed class IssuerList(ServerSettings settings)
{
    private readonly IReadOnlyList<Issuer> issuers = IssuerReading.Of(settings).Issuers;

    /// <summary>By its name; null when there is none.</summary>
    public Issuer? Named(string? name) =>
        issuers.FirstOrDefault(issuer => string.Equals(issuer.Name, name, StringComparison.Ordinal));

    /// <summary>By the claim of a token that was sent with a request; null when its tokens are not taken there.</summary>
    public Issuer? OfBearer(string claim) => issuers.FirstOrDefault(issuer => issuer.Bearer && issuer.Is(claim));

    /// <summary>By what an identity is kept under; null when it is not configured any more.</summary>
    public Issuer? OfUrl(string url) =>
        issuers.FirstOrDefault(issuer => string.Equals(issuer.Url, url, StringComparison.Ordinal));
}
