namespace Heretix.Accounts.External.Issuers;

/// <summary>What must be true of an issuer, and what contradicts itself.</summary>
internal static class IssuerRules
{
    private const int LongestUrl = 255;

    /// <summary>What is wrong, one sentence each.</summary>
    /// <param name="issuer">As it was read.</param>
    /// <param name="path">Where it stands in the configuration.</param>
    /// <param name="variable">The variable that may say part of it; null for none.</param>
    public static IEnumerable<string> Problems(Issuer issuer, string path, string? variable) =>
        [.. Addresses(issuer, path, variable), .. Parties(issuer, path, variable), .. Rest(issuer, path)];

    private static IEnumerable<string> Addresses(Issuer issuer, string path, string? variable)
    {
        var where = issuer.Name == IssuerNames.Clerk && variable is not null ? variable : $"{path}:Issuer";
        if (issuer.Url.Length == 0)
            yield return $"{where}: name the issuer, as its tokens carry it in iss.";
        else if (
            issuer.Url.Length > LongestUrl
            || !Uri.TryCreate(issuer.Url, UriKind.Absolute, out var url)
            || url.Host.Length == 0
            || url.Query.Length + url.Fragment.Length + url.UserInfo.Length > 0
        )
            yield return $"{where}: write it as https://host or https://host/path, of at most {LongestUrl} characters.";
        else if (!issuer.MayFetch(url))
            yield return $"{where}: it must begin with https://, or its keys could be exchanged on their way.";
        else if (issuer.KeySetUri is { } keys && !issuer.MayFetch(keys))
            yield return $"{path}:KeySetUri: it must begin with https://, or the keys could be exchanged on their way.";
    }

    private static IEnumerable<string> Parties(Issuer issuer, string path, string? variable)
    {
        if (issuer is { SignIn: false, Bearer: false })
            yield return $"{path}: SignIn and Bearer are both false; say what its tokens are good for, or leave it out.";
        if (issuer is { SignIn: true, Audiences.Count: 0 })
            yield return $"{(issuer.Name == IssuerNames.Clerk ? null : variable) ?? $"{path}:Audiences"}: name the client ids for which its ID tokens are made.";
        else if (issuer is { Bearer: true, Audiences.Count: 0, AuthorizedParties.Count: 0 })
            yield return $"{path}: name Audiences or AuthorizedParties; otherwise a token made for anybody would be taken.";
    }

    private static IEnumerable<string> Rest(Issuer issuer, string path)
    {
        if (issuer.Algorithms.Count == 0)
            yield return $"{path}:Algorithms: name RS256, ES256 or both.";
        foreach (var algorithm in issuer.Algorithms.Except(IssuerPreset.EveryAlgorithm, StringComparer.Ordinal))
            yield return $"{path}:Algorithms: '{algorithm}' is neither RS256 nor ES256.";
        if (issuer is { SignIn: false, RequireNonce: true })
            yield return $"{path}:RequireNonce: only ID tokens that sign in have a nonce; set SignIn, or leave it out.";
        if (issuer is { SignIn: false, HashedNonce: true })
            yield return $"{path}:HashedNonce: only ID tokens that sign in have a nonce; set SignIn, or leave it out.";
        if (issuer is { VerifiesEmail: false, EmailDomains.Count: > 0 })
            yield return $"{path}: EmailDomains and VerifiesEmail=false contradict each other; leave one out.";
        foreach (var domain in issuer.EmailDomains.Where(domain => domain.Contains('@') || !domain.Contains('.')))
            yield return $"{path}:EmailDomains: '{domain}' is no domain; write example.org.";
    }
}
