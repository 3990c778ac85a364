using System.Globalization;
using Heretix.Platform.Database;
using Heretix.Platform.Mail;
using Heretix.Platform.Telemetry;
using Heretix.Platform.Telemetry.Sentry;
using Microsoft.Extensions.Configuration;

namespace Heretix.Platform.Settings;

/// <summary>Reads what the server is told on start, and says everything that is wrong with it.</summary>
public static class ServerSettingsReader
{
    private const string DefaultUrls = "http://127.0.0.1:8000";
    private static readonly string[] Environments = ["local", "test", "prod"];

    /// <summary>Reads the variables (<see cref="Variable.All"/>) and what the command line says.</summary>
    /// <param name="configuration">The environment and whatever else holds values; see <see cref="ServerConfiguration"/>.</param>
    /// <param name="overrides">What the command line says.</param>
    /// <param name="earlier">Problems that were found before, reported with the others.</param>
    public static SettingsReading Read(
        IConfiguration configuration,
        SettingsOverrides overrides,
        IEnumerable<string>? earlier = null
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(overrides);
        List<string> problems = [.. earlier ?? []];
        var values = new VariableValues(configuration, problems);

        var environment = values["APP_ENV"] ?? "local";
        if (!Environments.Contains(environment, StringComparer.Ordinal))
        {
            problems.Add($"APP_ENV: '{environment}' is none of local, test and prod.");
            // The strictest reading of an unclear wish: whoever misspells prod must not get a lenient server.
            environment = "prod";
        }

        var api = Url(values, "API_URL", problems);
        var app = Url(values, "APP_URL", problems);
        // The server's own paths and its cookies begin at the root of the host.
        if (api is { AbsolutePath: not "/" })
            problems.Add(
                $"API_URL: '{Redaction.Text(api.OriginalString)}' has a path; write it as https://host, only APP_URL may have one."
            );
        var own = OwnAddress(overrides.Urls ?? DefaultUrls);
        CheckFlag(values, problems);
        CheckAddresses(values, problems);
        MailSettings.Check(values, problems);

        var settings = new ServerSettings
        {
            Role = overrides.Role,
            Environment = environment,
            DataFolder = Path.GetFullPath(overrides.DataFolder ?? Path.Combine("data", "server")),
            DatabaseUrl = Readable(values["DATABASE_URL"], problems),
            RedisUrl = values["REDIS_URL"],
            ApiUrl = api ?? own,
            AppUrl = app ?? api ?? own,
            Configuration = values.Over(configuration),
        };
        if (settings.IsProduction)
            problems.AddRange(ProductionRules.Problems(values, api, app));
        return new SettingsReading(settings, problems);
    }

    private static Uri? Url(VariableValues values, string name, List<string> problems)
    {
        if (values[name] is not { } text)
            return null;
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.Query.Length + url.Fragment.Length + url.UserInfo.Length == 0
        )
            return url;
        problems.Add(
            $"{name}: '{Redaction.Text(text)}' is not an address of the form https://host"
                + (name == "APP_URL" ? " or https://host/path." : ".")
        );
        return null;
    }

    /// <summary>The first address that the server listens on, as a person on this machine can open it.</summary>
    private static Uri OwnAddress(string urls)
    {
        var first = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault(DefaultUrls)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://[::]", "://[::1]", StringComparison.Ordinal);
        return Uri.TryCreate(first, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? new Uri(url.GetLeftPart(UriPartial.Authority))
            : new Uri(DefaultUrls);
    }

    private static string? Readable(string? address, List<string> problems)
    {
        if (address is null)
            return null;
        try
        {
            DatabaseAddress.ToConnectionString(address);
            return address;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            problems.Add(
                wrong is UriFormatException or ArgumentException
                    ? "DATABASE_URL: write it as postgres://user:password@host:5432/name."
                    : $"DATABASE_URL: {wrong.Message}"
            );
            return null;
        }
    }

    private static void CheckFlag(VariableValues values, List<string> problems)
    {
        if (values["RPL_ALLOW_MOCK"] is not { } text)
            return;
        switch (text.ToUpperInvariant())
        {
            case "TRUE" or "1" or "YES" or "ON":
                values.Normalise("RPL_ALLOW_MOCK", "true");
                break;
            case "FALSE" or "0" or "NO" or "OFF":
                values.Normalise("RPL_ALLOW_MOCK", "false");
                break;
            default:
                problems.Add($"RPL_ALLOW_MOCK: '{text}' is neither true nor false.");
                values.Normalise("RPL_ALLOW_MOCK", "false");
                break;
        }
    }

    private static void CheckAddresses(VariableValues values, List<string> problems)
    {
        if (values["REDIS_URL"] is { } redis && !Is(redis, "redis", "rediss"))
            problems.Add("REDIS_URL: write it as redis://host:6379 (rediss:// with TLS).");
        if (values["QDRANT_URL"] is { } qdrant && !Is(qdrant, "http", "https"))
            problems.Add("QDRANT_URL: write it as http://host:6333.");
        if (values["OTEL_EXPORTER_OTLP_ENDPOINT"] is { } otlp && !Is(otlp, "http", "https"))
            problems.Add("OTEL_EXPORTER_OTLP_ENDPOINT: write it as http://collector:4318.");
        if (values["OTEL_EXPORTER_OTLP_PROTOCOL"] is { } protocol and not ("http/protobuf" or "grpc"))
            problems.Add($"OTEL_EXPORTER_OTLP_PROTOCOL: '{protocol}' is neither http/protobuf nor grpc.");
        if (values["SENTRY_DSN"] is { } dsn && SentryDsn.TryParse(dsn) is null)
            problems.Add("SENTRY_DSN: write it as https://key@host/project, as the project's settings show it.");
        if (values["CLERK_ISSUER"] is { } issuer && !Is(issuer, "https", "http"))
            problems.Add("CLERK_ISSUER: write it as https://name.clerk.accounts.dev.");
    }

    private static bool Is(string text, string scheme, string other) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == scheme || url.Scheme == other)
        && url.Host.Length > 0;

    internal static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : null;
}
