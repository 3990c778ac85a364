using System.Text.Json;
using Heretix.Accounts.Users;

namespace Heretix.Accounts.External.Tokens;

/// <summary>What a token claims. True only when its signature is the issuer's.</summary>
internal sealed record TokenClaims
{
    private const double LatestSecond = 253_402_300_799; // the end of the year 9999

    /// <summary><c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c>: who it is, for this issuer.</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c>: for whom the token was made.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary><c>azp</c>: to whom it was given.</summary>
    public string? AuthorizedParty { get; init; }

    /// <summary><c>exp</c>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>nbf</c>.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>iat</c>.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary><c>nonce</c>.</summary>
    public string? Nonce { get; init; }

    /// <summary><c>email</c> in its normal form; null when there is none that can be read.</summary>
    public string? Email { get; init; }

    /// <summary><c>email_verified</c>.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>It tells of something that happened, such as a logout, and is no proof of who somebody is.</summary>
    public bool TellsEvents { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">A claim is not of its type.</exception>
    public static TokenClaims Read(JsonElement payload) =>
        new()
        {
            Issuer = StrictJson.Text(payload, "iss") ?? "",
            Subject = StrictJson.Text(payload, "sub") ?? "",
            Audiences = AudiencesOf(payload),
            AuthorizedParty = StrictJson.Text(payload, "azp"),
            ExpiresAt = Time(payload, "exp"),
            NotBefore = Time(payload, "nbf"),
            IssuedAt = Time(payload, "iat"),
            Nonce = StrictJson.Text(payload, "nonce"),
            Email = EmailAddress.TryParse(StrictJson.Text(payload, "email"), out var address, out _)
                ? address.Text
                : null,
            EmailVerified = IsTrue(payload, "email_verified"),
            TellsEvents = payload.TryGetProperty("events", out _),
        };

    /// <summary>Not the claims: a record would print its members.</summary>
    public override string ToString() => "(claims)";

    private static IReadOnlyList<string> AudiencesOf(JsonElement payload)
    {
        if (!payload.TryGetProperty("aud", out var audience))
            return [];
        return audience.ValueKind switch
        {
            JsonValueKind.String => [StrictJson.Read(audience)],
            JsonValueKind.Array when audience.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
            [
                .. audience.EnumerateArray().Select(StrictJson.Read),
            ],
            _ => throw StrictJson.Wrong("aud"),
        };
    }

    /// <summary>Seconds since 1970, which may have a fraction.</summary>
    private static DateTimeOffset? Time(JsonElement payload, string name)
    {
        if (!payload.TryGetProperty(name, out var time))
            return null;
        if (
            time.ValueKind != JsonValueKind.Number
            || !time.TryGetDouble(out var seconds)
            || seconds is not (>= 0 and <= LatestSecond)
        )
            throw StrictJson.Wrong(name);
        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    /// <summary>Apple has it as text.</summary>
    private static bool IsTrue(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var flag)
        && (
            flag.ValueKind == JsonValueKind.True || (flag.ValueKind == JsonValueKind.String && flag.ValueEquals("true"))
        );
}
