using System.Globalization;

namespace Heretix.Platform.Cache.Resp;

/// <summary>Where a Redis is: <c>redis://[[user]:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">6379 unless given.</param>
/// <param name="User">For access control lists; null for the default user.</param>
/// <param name="Password">Null for none.</param>
/// <param name="Database">Number of the database, 0 unless given.</param>
/// <param name="Tls">The connection is encrypted, and the server's certificate is checked against its name.</param>
internal sealed record RedisAddress(string Host, int Port, string? User, string? Password, int Database, bool Tls)
{
    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">What it says; null when it cannot be read.</param>
    /// <param name="problem">What is wrong with it, without the password; null when nothing is.</param>
    public static bool TryParse(string text, out RedisAddress? address, out string? problem)
    {
        (address, problem) = (null, null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            problem = "it is not an address; write redis://:password@host:6379/0";
        else if (uri.Scheme is not ("redis" or "rediss"))
            problem = $"its scheme is {uri.Scheme}; it must be redis, or rediss for TLS";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            problem = "nothing may follow the number of the database";
        else if (!TryReadDatabase(uri.AbsolutePath.Trim('/'), out var database))
            problem = $"the database is {uri.AbsolutePath.Trim('/')}; it must be a number from 0";
        else
            address = Of(uri, database);
        return problem is null;
    }

    private static RedisAddress Of(Uri uri, int database)
    {
        // A part without a colon is the password, as managed services often write it.
        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = colon > 0 ? Uri.UnescapeDataString(uri.UserInfo[..colon]) : null;
        var password = Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        return new RedisAddress(
            uri.IdnHost.Trim('[', ']'),
            uri.Port > 0 ? uri.Port : 6379,
            user,
            password.Length == 0 ? null : password,
            database,
            uri.Scheme == "rediss"
        );
    }

    private static bool TryReadDatabase(string path, out int database)
    {
        database = 0;
        return path.Length == 0 || int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database);
    }

    /// <summary>Without the password, for logs.</summary>
    public override string ToString() => $"{(Tls ? "rediss" : "redis")}://{Host}:{Port}/{Database}";
}
