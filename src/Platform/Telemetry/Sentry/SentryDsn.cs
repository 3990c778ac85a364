namespace Heretix.Platform.Telemetry.Sentry;

/// <summary>Where reports go and the public key that they carry: <c>https://key@host/path/project</c>.</summary>
/// <param name="Envelopes">Address that takes envelopes.</param>
/// <param name="Key">The public key.</param>
internal sealed record SentryDsn(Uri Envelopes, string Key)
{
    /// <summary>Reads a DSN; null when it is none.</summary>
    public static SentryDsn? TryParse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var dsn) || dsn.Scheme is not ("https" or "http"))
            return null;
        var key = Uri.UnescapeDataString(dsn.UserInfo.Split(':')[0]);
        var path = dsn.AbsolutePath.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        var project = slash < 0 ? "" : path[(slash + 1)..];
        if (key.Length == 0 || project.Length == 0)
            return null;
        var address = $"{dsn.Scheme}://{dsn.Authority}{path[..slash]}/api/{project}/envelope/";
        return new SentryDsn(new Uri(address), key);
    }
}
