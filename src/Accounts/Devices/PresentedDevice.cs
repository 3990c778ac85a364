using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Accounts.Devices;

/// <summary>The device that a request to sign in comes from, as the request tells.</summary>
/// <param name="Fingerprint">What it is known by: 1 to 255 characters, none of them a control character.</param>
/// <param name="IsIssued">It had none, and was given this one; it must be told.</param>
/// <param name="GivenName">The name that it sent along; null when it sent none.</param>
/// <param name="Label">What to call it when it was given no name.</param>
/// <param name="Platform">One of <see cref="DevicePlatform"/>; null when it does not tell.</param>
/// <param name="Replaces">It may take the place of the least recently used one.</param>
internal sealed record PresentedDevice(
    string Fingerprint,
    bool IsIssued,
    string? GivenName,
    string Label,
    string? Platform,
    bool Replaces
)
{
    /// <summary>Longest <see cref="Fingerprint"/>, in characters.</summary>
    public const int LongestFingerprint = 255;

    public const string FingerprintHeader = "X-Device-Fingerprint";
    public const string NameHeader = "X-Device-Name";
    public const string ReplaceHeader = "X-Device-Replace";

    /// <summary>SHA-256 of the fingerprint.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Fingerprint));

    /// <summary>
    /// Reads the headers, and without a fingerprint among them the cookie. A cookie that holds none is replaced, since the
    /// person behind it could not mend it; who writes headers is told what is wrong.
    /// </summary>
    /// <returns>What is wrong; null when there is a device.</returns>
    public static ProblemHttpResult? Read(HttpContext context, HeretixCookies cookies, out PresentedDevice? device)
    {
        var headers = context.Request.Headers;
        var errors = new Dictionary<string, string[]>();
        var (fingerprint, name, replace) = (headers[FingerprintHeader], headers[NameHeader], headers[ReplaceHeader]);
        if (fingerprint.Count > 0 && !(fingerprint.Count == 1 && IsText(fingerprint[0], LongestFingerprint)))
            errors[FingerprintHeader] = [$"must be one value of 1 to {LongestFingerprint} characters"];
        var givenName = name.Count == 1 ? Uri.UnescapeDataString(name[0] ?? "").Trim() : null;
        if (name.Count > 0 && !IsText(givenName, Device.LongestName))
            errors[NameHeader] = [$"must be one value of 1 to {Device.LongestName} characters"];
        var replaces = false;
        if (replace.Count > 0 && !(replace.Count == 1 && bool.TryParse(replace[0], out replaces)))
            errors[ReplaceHeader] = ["must be true or false"];
        device = null;
        if (errors.Count > 0)
            return Problem.Invalid(errors);

        var known = fingerprint.Count > 0 ? fingerprint[0] : cookies.Read(context, CookieNames.Device);
        var issues = !IsText(known, LongestFingerprint);
        var agent = headers.UserAgent.ToString();
        device = new PresentedDevice(
            issues ? Secret.New().Text : known!,
            issues,
            givenName,
            BrowserLabel.Of(agent),
            DevicePlatform.Of(givenName, agent),
            replaces
        );
        return null;
    }

    /// <summary>Not the fingerprint: it comes close to a secret, and a record would print its members.</summary>
    public override string ToString() => "(device)";

    private static bool IsText(string? text, int longest) =>
        text is { Length: > 0 } && text.Length <= longest && !text.Any(char.IsControl);
}
