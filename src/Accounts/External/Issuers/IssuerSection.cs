using Microsoft.Extensions.Configuration;

namespace Heretix.Accounts.External.Issuers;

/// <summary>The options of one issuer as they stand in the configuration; null for what is not said.</summary>
internal sealed class IssuerSection(IConfigurationSection? section, string path, ICollection<string> problems)
{
    public const string Issuer = "Issuer";
    public const string Audiences = "Audiences";
    public const string AuthorizedParties = "AuthorizedParties";
    public const string KeySetUri = "KeySetUri";
    public const string Algorithms = "Algorithms";
    public const string Bearer = "Bearer";
    public const string SignIn = "SignIn";
    public const string RequireNonce = "RequireNonce";
    public const string HashedNonce = "HashedNonce";
    public const string VerifiesEmail = "VerifiesEmail";
    public const string EmailDomains = "EmailDomains";

    /// <summary>Every option of an issuer.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        Issuer,
        Audiences,
        AuthorizedParties,
        KeySetUri,
        Algorithms,
        Bearer,
        SignIn,
        RequireNonce,
        HashedNonce,
        VerifiesEmail,
        EmailDomains,
    ];

    /// <summary>Where it stands.</summary>
    public string Path => path;

    /// <summary>Names what is no option.</summary>
    public void CheckNames()
    {
        foreach (var child in section?.GetChildren() ?? [])
        {
            if (!Names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                problems.Add($"{child.Path}: an issuer has no such option; there are {string.Join(", ", Names)}.");
        }
    }

    public string? Text(string option) => section?[option] is { Length: > 0 } text ? text.Trim() : null;

    /// <summary>One value with commas, or several values.</summary>
    public IReadOnlyList<string>? List(string option)
    {
        if (section?.GetSection(option) is not { } values || !values.Exists())
            return null;
        return values.Value is { } one
            ? Split(one)
            : [.. values.GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value.Length > 0)];
    }

    public bool? Flag(string option)
    {
        if (Text(option) is not { } text)
            return null;
        if (bool.TryParse(text, out var flag))
            return flag;
        problems.Add($"{path}:{option}: '{text}' is neither true nor false.");
        return null;
    }

    public Uri? Address(string option)
    {
        if (Text(option) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0)
            return address;
        problems.Add($"{path}:{option}: '{text}' is no address; write it as https://host/path.");
        return null;
    }

    public static IReadOnlyList<string> Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
