using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>Stripe's way of asking: forms, a pinned version, a key on whatever changes something.</summary>
internal static class StripeWire
{
    /// <summary>The version of the interface that is spoken, whatever the account is set to.</summary>
    public const string Version = "2024-12-18.acacia";

    /// <summary>A request; <paramref name="form"/> goes into the body, or behind the address of a GET.</summary>
    public static HttpRequestMessage Request(
        Uri address,
        string secret,
        HttpMethod method,
        string path,
        IReadOnlyList<(string Name, string Value)> form,
        string? idempotencyKey
    )
    {
        var encoded = Encode(form);
        var reads = method == HttpMethod.Get;
        var request = new HttpRequestMessage(
            method,
            new Uri(address, reads && encoded.Length > 0 ? $"{path}?{encoded}" : path)
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        request.Headers.Add("Stripe-Version", Version);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (method == HttpMethod.Post)
            request.Content = new StringContent(encoded, Encoding.UTF8, "application/x-www-form-urlencoded");
        return request;
    }

    /// <summary><c>{"error": {"code", "param"}}</c>.</summary>
    public static (string? Code, string? Parameter) ReadError(JsonElement body) =>
        body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            ? (JsonMembers.Text(error, "code") ?? JsonMembers.Text(error, "type"), JsonMembers.Text(error, "param"))
            : (null, null);

    private static string Encode(IReadOnlyList<(string Name, string Value)> form) =>
        string.Join(
            '&',
            form.Select(field =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"
                )
            )
        );
}
