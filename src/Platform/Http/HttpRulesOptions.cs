using System.ComponentModel.DataAnnotations;
using System.Net;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;

namespace Heretix.Platform.Http;

/// <summary>The rules of the wire that operators may set, under <c>Heretix:Platform</c>.</summary>
public sealed class HttpRulesOptions : IValidatableObject
{
    internal const string Section = "Heretix:Platform";

    /// <summary>Largest body of a request in bytes, unless the endpoint takes more. Default 1,048,576 (1 MB).</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int JsonBodyLimit { get; set; } = 1024 * 1024;

    /// <summary>
    /// Origins whose pages may call this server with cookies, exactly as browsers write them: <c>https://app.example</c>.
    /// A list, or one value with commas. Default: the origin of <c>APP_URL</c>, but none in production.
    /// </summary>
    public IReadOnlyList<string> CorsOrigins { get; set; } = [];

    /// <summary>
    /// Networks (CIDR) or addresses of proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.
    /// A list, or one value with commas. Default none.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>How long the answer under an <c>Idempotency-Key</c> is kept, in hours. Default 24.</summary>
    [Range(1, 24 * 30)]
    public int IdempotencyHours { get; set; } = 24;

    /// <summary>
    /// After this many seconds without a renewal the key of a request whose process died is free again; a running request
    /// renews it four times as often. Default 60.
    /// </summary>
    [Range(2, 3600)]
    public int IdempotencyLeaseSeconds { get; set; } = 60;

    /// <summary>Largest answer in bytes that is kept under an <c>Idempotency-Key</c>. Default 1,048,576 (1 MB).</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int IdempotencyBodyLimit { get; set; } = 1024 * 1024;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in CorsOrigins.Where(origin => !IsOrigin(origin)))
        {
            yield return new ValidationResult(
                $"{Section}:CorsOrigins: '{origin}' is not an origin; write scheme, host and port only, "
                    + "for example https://app.example (no path, no *).",
                [nameof(CorsOrigins)]
            );
        }
        foreach (var proxy in TrustedProxies.Where(proxy => !TryNetwork(proxy, out _)))
        {
            yield return new ValidationResult(
                $"{Section}:TrustedProxies: '{proxy}' is neither an address nor a network; "
                    + "write for example 10.0.0.7 or 10.0.0.0/8.",
                [nameof(TrustedProxies)]
            );
        }
    }

    internal void Read(ServerSettings settings)
    {
        var section = settings.Configuration.GetSection(Section);
        TrustedProxies = Strings(section.GetSection(nameof(TrustedProxies))) ?? [];
        CorsOrigins =
            Strings(section.GetSection(nameof(CorsOrigins)))
            ?? (settings.IsProduction ? [] : [settings.AppUrl.GetLeftPart(UriPartial.Authority)]);
    }

    internal static bool TryNetwork(string text, out IPNetwork network)
    {
        if (!text.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }
        return IPNetwork.TryParse(text, out network);
    }

    /// <summary>Whether a network is all of IPv4 or of IPv6.</summary>
    internal static bool IsEverybody(string proxy) => TryNetwork(proxy, out var network) && network.PrefixLength == 0;

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.Ordinal)
        && uri.UserInfo.Length == 0;

    /// <summary>Null when nothing is configured; an empty value is an empty list.</summary>
    private static string[]? Strings(IConfigurationSection section) =>
        section.Exists()
            ? section.Value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                ?? [.. section.GetChildren().Select(child => child.Value ?? "")]
            : null;
}
