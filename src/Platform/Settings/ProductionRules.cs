using System.Net;
using Heretix.Platform.Database;

namespace Heretix.Platform.Settings;

/// <summary>What is good enough on a desk and refused in production.</summary>
internal static class ProductionRules
{
    private const int ShortestToken = 16;

    public static IEnumerable<string> Problems(VariableValues values, Uri? api, Uri? app) =>
        [.. Secrets(values), .. Database(values), .. Addresses(values, api, app), .. Rest(values)];

    private static IEnumerable<string> Secrets(VariableValues values)
    {
        // What is wrong with ENCRYPTION_KEY, encryption itself says.
        foreach (var variable in Variable.All.Where(variable => variable.Name != "ENCRYPTION_KEY"))
        {
            if (variable.Secret && values[variable.Name] is { } value && WellKnownSecrets.Contains(value))
                yield return $"{variable.Name}: its value is a well-known example; put a secret of your own there.";
        }
        if (values["METRICS_TOKEN"] is { Length: < ShortestToken })
            yield return $"METRICS_TOKEN: it has fewer than {ShortestToken} characters; make one with: openssl rand -hex 32";
    }

    private static IEnumerable<string> Database(VariableValues values)
    {
        if (values["DATABASE_URL"] is not { } address)
        {
            yield return "DATABASE_URL: production does not run on the server's private PostgreSQL; name a database.";
            yield break;
        }
        if (Password(address) is { } password && WellKnownSecrets.Contains(password))
            yield return "DATABASE_URL: its password is a well-known example; give the database user one of its own.";
    }

    private static string? Password(string address)
    {
        try
        {
            return DatabaseAddress.ToConnectionString(address).Password is { Length: > 0 } password ? password : null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException)
        {
            return null; // named elsewhere
        }
    }

    private static IEnumerable<string> Addresses(VariableValues values, Uri? api, Uri? app)
    {
        if (values["API_URL"] is null)
            yield return "API_URL: name the https address under which clients reach this server.";
        if (values["APP_URL"] is null)
            yield return "APP_URL: name the https address of the web application; sign-in leads there.";
        if (api is { Scheme: not "https" })
            yield return "API_URL: it must begin with https://, or cookies would travel in clear.";
        if (app is { Scheme: not "https" })
            yield return "APP_URL: it must begin with https://.";
        if (api is not null && IsLocal(api))
            yield return "API_URL: it names this machine alone; nobody else can follow a link to it.";
        if (app is not null && IsLocal(app))
            yield return "APP_URL: it names this machine alone; nobody else can follow a link to it.";
    }

    private static IEnumerable<string> Rest(VariableValues values)
    {
        if (values["RPL_ALLOW_MOCK"] == "true")
            yield return "RPL_ALLOW_MOCK: production does not answer with the mock model; set it to false or leave it out.";
        if (values["POSTMARK_TOKEN"] is null && values["SMTP_HOST"] is null)
            yield return "POSTMARK_TOKEN or SMTP_HOST: production must be able to send mail; set one of them, and SMTP_FROM.";
        if (values["SMTP_HOST"] is { } host && values["SMTP_TLS"] == "none" && !IsLocal(host))
            yield return "SMTP_TLS: none is only for a relay on this machine; use starttls.";
    }

    private static bool IsLocal(Uri url) => IsLocal(url.DnsSafeHost);

    internal static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (
            IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        );
}
