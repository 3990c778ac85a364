using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>
/// Reads the address of a database as operators write it: <c>postgres://user:password@host:port/name?sslmode=require</c>
/// (also <c>postgresql://</c> and, as Python programs write it, <c>postgresql+psycopg://</c>), or a connection string of
/// Npgsql (<c>Host=...;Database=...</c>). Parameters of an address have the names and words of libpq.
/// </summary>
public static partial class DatabaseAddress
{
    private const string Forms =
        "it has the form postgres://user:password@host:port/name?sslmode=require, or Host=...;Username=...;Database=...";

    private const string Encoding =
        "characters such as / ? # @ : and % in a user name or password are written percent-encoded (%2F %3F %23 %40 %3A %25)";

    /// <summary>The same as a connection string.</summary>
    /// <exception cref="FormatException">The address cannot be read; the message never shows the password.</exception>
    public static NpgsqlConnectionStringBuilder ToConnectionString(string address)
    {
        address = address.Trim();
        var scheme = Scheme().Match(address);
        if (scheme.Success)
            return FromUri(address[scheme.Length..]);
        if (address.Contains("://", StringComparison.Ordinal) || !address.Contains('='))
            throw new FormatException($"the address of the database cannot be read: {Forms}");
        return ConnectionStringWords.Read(address);
    }

    /// <summary>
    /// The same database without the transaction pooler that Neon puts in front of it (<c>ep-name-pooler.region...</c>):
    /// listening and locks need a session that stays the same.
    /// </summary>
    internal static NpgsqlConnectionStringBuilder WithoutPooler(NpgsqlConnectionStringBuilder address)
    {
        var direct = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        if (IsNeon(direct.Host))
            direct.Host = direct.Host!.Replace(NeonPooler, ".", StringComparison.OrdinalIgnoreCase);
        return direct;
    }

    /// <summary>
    /// Whether the address looks like that of a pooler that gives each transaction another session: Neon's, or one on the
    /// usual ports of PgBouncer (6432) and Supavisor (6543).
    /// </summary>
    internal static bool HasPooler(NpgsqlConnectionStringBuilder address) =>
        address.Port is 6432 or 6543
        || (IsNeon(address.Host) && address.Host!.Contains(NeonPooler, StringComparison.OrdinalIgnoreCase));

    private const string NeonPooler = "-pooler.";

    private static bool IsNeon(string? host) =>
        host?.EndsWith(".neon.tech", StringComparison.OrdinalIgnoreCase) == true;

    private static NpgsqlConnectionStringBuilder FromUri(string rest)
    {
        var (beforeQuery, query) = Cut(rest, rest.IndexOf('?', StringComparison.Ordinal));
        var (authority, name) = Cut(beforeQuery, beforeQuery.IndexOf('/', StringComparison.Ordinal));
        // With a separator left as it is in the password, what follows may be a part of the password: it is not repeated.
        var doubtful = query.Contains('@') || name.Contains('@') || name.Contains('/');
        var (user, host) = authority.LastIndexOf('@') is >= 0 and var at
            ? (authority[..at], authority[(at + 1)..])
            : ("", authority);

        var builder = new NpgsqlConnectionStringBuilder { Port = 5432 };
        var parameters = new AddressParameters(builder, doubtful ? Encoding : null);
        if (user.Length > 0)
        {
            var (userName, password) = Cut(user, user.IndexOf(':', StringComparison.Ordinal));
            builder.Username = Decode(userName);
            if (password.Length > 0)
                builder.Password = Decode(password);
        }
        ReadHost(builder, host);
        if (name.Contains('/') || name.Contains('@'))
            throw new FormatException($"the address of the database cannot be read: {Encoding}");
        if (name.Length > 0)
            builder.Database = Decode(name);
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new FormatException(
                    $"the address of the database has a parameter without a value: after the ? stand name=value pairs, joined by &; {Encoding}"
                );
            parameters.Apply(Decode(parameter[..equals]), Decode(parameter[(equals + 1)..]));
        }
        if (string.IsNullOrEmpty(builder.Host))
            throw new FormatException($"the address of the database names no host: {Forms}");
        return builder;
    }

    private static void ReadHost(NpgsqlConnectionStringBuilder builder, string host)
    {
        var port = "";
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < host.Length && host[end + 1] != ':'))
                throw new FormatException(
                    "the address of the database names an IPv6 host without its brackets: postgres://user@[::1]:5432/name"
                );
            port = end + 2 <= host.Length ? host[(end + 2)..] : "";
            host = host[1..end];
        }
        else
        {
            (host, port) = Cut(host, host.IndexOf(':', StringComparison.Ordinal));
        }
        if (host.Contains(','))
            throw new FormatException("the address of the database names several hosts: name the one to write to");
        if (host.Length > 0)
            builder.Host = Decode(host);
        if (port.Length > 0)
            builder.Port = ReadPort(port);
    }

    internal static int ReadPort(string port) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= 65535
            ? number
            : throw new FormatException(
                $"the port in the address of the database is not a number from 1 to 65535; {Encoding}"
            );

    private static (string Before, string After) Cut(string text, int at) =>
        at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);

    private static string Decode(string text)
    {
        if (StrayPercent().IsMatch(text))
            throw new FormatException($"the address of the database has a % that encodes nothing; {Encoding}");
        return Uri.UnescapeDataString(text);
    }

    [GeneratedRegex(@"^postgres(ql)?(\+[a-z0-9_]+)?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex StrayPercent();
}
