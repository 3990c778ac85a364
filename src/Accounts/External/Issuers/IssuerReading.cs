using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;

namespace Heretix.Accounts.External.Issuers;

/// <summary>
/// Reads the issuers: <c>GOOGLE_CLIENT_ID</c>, <c>APPLE_CLIENT_ID</c> and <c>CLERK_ISSUER</c>, and
/// <c>Heretix:Accounts:Issuers:(name):(option)</c>, which adds others and says more about these three.
/// </summary>
internal sealed class IssuerReading
{
    /// <summary>Where issuers stand in the configuration.</summary>
    public const string Section = AccountsOptions.Section + ":Issuers";

    private const int LongestName = 32;
    private readonly ServerSettings settings;
    private readonly List<Issuer> issuers = [];
    private readonly List<string> problems = [];

    private IssuerReading(ServerSettings settings) => this.settings = settings;

    /// <summary>What could be read, without what is wrong.</summary>
    public IReadOnlyList<Issuer> Issuers => issuers;

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Reads all of them.</summary>
    public static IssuerReading Of(ServerSettings settings)
    {
        var reading = new IssuerReading(settings);
        var sections = settings
            .Configuration.GetSection(Section)
            .GetChildren()
            .ToDictionary(section => section.Key.ToLowerInvariant(), StringComparer.Ordinal);
        foreach (var preset in IssuerPreset.All)
        {
            var value = settings.Configuration[preset.Variable];
            if (sections.Remove(preset.Name, out var section) || !string.IsNullOrEmpty(value))
                reading.Read(preset, preset.Name, section, string.IsNullOrEmpty(value) ? null : value);
        }
        foreach (var (name, section) in sections.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            reading.Read(null, name, section, null);
        reading.CheckDoubles();
        return reading;
    }

    private void Read(IssuerPreset? preset, string name, IConfigurationSection? section, string? variable)
    {
        var values = new IssuerSection(section, $"{Section}:{name}", problems);
        values.CheckNames();
        if (!IsName(name))
            problems.Add($"{values.Path}: a name has up to {LongestName} of a-z, 0-9 and -, and begins with a letter.");
        var (url, audiences) = Join(preset, variable, values);
        var issuer = new Issuer
        {
            Name = name,
            DisplayName = preset?.DisplayName ?? name,
            Url = url ?? "",
            OtherSpelling = preset is { WithoutScheme: true } && url is not null ? Bare(url) : null,
            Audiences = audiences ?? [],
            AuthorizedParties = values.List(IssuerSection.AuthorizedParties) ?? Parties(preset),
            KeySetUri = values.Address(IssuerSection.KeySetUri) ?? preset?.KeySetOf(url),
            Algorithms = values.List(IssuerSection.Algorithms) ?? preset?.Algorithms ?? IssuerPreset.EveryAlgorithm,
            Bearer = values.Flag(IssuerSection.Bearer) ?? preset?.Bearer ?? false,
            SignIn = values.Flag(IssuerSection.SignIn) ?? preset?.SignIn ?? true,
            RequireNonce = values.Flag(IssuerSection.RequireNonce) ?? false,
            HashedNonce = values.Flag(IssuerSection.HashedNonce) ?? preset?.HashedNonce ?? false,
            VerifiesEmail = values.Flag(IssuerSection.VerifiesEmail) ?? true,
            EmailDomains = [.. (values.List(IssuerSection.EmailDomains) ?? []).Select(d => d.ToLowerInvariant())],
            AllowsLoopback = settings.Environment is "local" or "test",
        };
        problems.AddRange(IssuerRules.Problems(issuer, values.Path, preset?.Variable));
        issuers.Add(issuer);
    }

    /// <summary>Issuer and audiences, by the variable or by the section; saying either in both is a contradiction.</summary>
    private (string? Url, IReadOnlyList<string>? Audiences) Join(
        IssuerPreset? preset,
        string? variable,
        IssuerSection values
    )
    {
        var url = values.Text(IssuerSection.Issuer);
        var audiences = values.List(IssuerSection.Audiences);
        if (preset is null)
            return (url, audiences);
        if (variable is not null && (preset.NamesIssuer ? url is not null : audiences is not null))
            problems.Add(
                $"{preset.Variable} and {values.Path}:{(preset.NamesIssuer ? IssuerSection.Issuer : IssuerSection.Audiences)}: say it once."
            );
        return preset.NamesIssuer
            ? (url ?? variable, audiences)
            : (url ?? preset.Issuer, audiences ?? (variable is null ? null : IssuerSection.Split(variable)));
    }

    /// <summary>Clerk says for which page a token was made, and by default that is the application.</summary>
    private IReadOnlyList<string> Parties(IssuerPreset? preset) =>
        preset is { NamesIssuer: true } ? [settings.AppUrl.GetLeftPart(UriPartial.Authority)] : [];

    private void CheckDoubles()
    {
        foreach (var same in issuers.Where(i => i.Url.Length > 0).GroupBy(i => i.Url, StringComparer.Ordinal))
        {
            if (same.Count() > 1)
                problems.Add(
                    $"{Section}: {string.Join(" and ", same.Select(issuer => issuer.Name))} are the same issuer; name it once."
                );
        }
    }

    private static string? Bare(string url) =>
        url.IndexOf("://", StringComparison.Ordinal) is > 0 and var at ? url[(at + 3)..] : null;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && char.IsAsciiLetterLower(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Names every problem before anything starts.</summary>
    internal sealed class Check : ISettingsCheck
    {
        /// <inheritdoc />
        public IEnumerable<string> Problems(ServerSettings settings) => Of(settings).Problems;
    }
}
