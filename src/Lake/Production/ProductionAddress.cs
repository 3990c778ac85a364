using Npgsql;

namespace Heretix.Lake;

/// <summary>
/// Reads the address of a production database as operators write it: <c>postgres://</c>, <c>postgresql://</c> or
/// <c>postgresql+psycopg://user:password@host:port/name?sslmode=require&amp;channel_binding=require</c>, with the folder of
/// a socket as <c>?host=/run/postgresql</c>; or Npgsql's own <c>Host=...;Database=...</c>.
/// </summary>
internal static class ProductionAddress
{
    private static readonly string[] Schemes = ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"];

    /// <exception cref="LakeException">It is no address; the message never repeats it, because it may hold a password.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string address)
    {
        try
        {
            return address.Contains("://", StringComparison.Ordinal)
                ? FromUri(new Uri(WithHost(address)))
                : new NpgsqlConnectionStringBuilder(address);
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            throw new LakeException(
                "The address of the database cannot be read: it looks like "
                    + "postgres://user:password@host:5432/name?sslmode=require, with special characters of the password in "
                    + "percent form (@ is %40)."
            );
        }
    }

    /// <summary>An address of a socket has no host: <c>postgres:///name</c> and <c>postgres://user@/name</c>.</summary>
    private static string WithHost(string address)
    {
        int authority = address.IndexOf("://", StringComparison.Ordinal) + 3;
        int path = address.IndexOf('/', authority);
        return path == authority || (path > 0 && address[path - 1] == '@')
            ? address.Insert(path, "localhost")
            : address;
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        if (!Schemes.Contains(uri.Scheme))
        {
            throw new LakeException(
                $"The address of the database begins with '{uri.Scheme}://'; it takes {string.Join(", ", Schemes)}."
            );
        }
        string[] user = uri.UserInfo.Split(':', 2);
        NpgsqlConnectionStringBuilder builder = new()
        {
            Host = uri.Host.Length > 0 ? Uri.UnescapeDataString(uri.Host) : "localhost",
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
        };
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }
        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Set(builder, parts[0], parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "sslmode":
                builder.SslMode = Enum.Parse<SslMode>(
                    value.Replace("-", "", StringComparison.Ordinal),
                    ignoreCase: true
                );
                break;
            case "channel_binding":
                builder.ChannelBinding = Enum.Parse<ChannelBinding>(value, ignoreCase: true);
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "user":
                builder.Username = value;
                break;
            case "password":
                builder.Password = value;
                break;
            case "dbname":
                builder.Database = value;
                break;
            case "host":
                builder.Host = value;
                break;
            case "port":
                builder.Port = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                break;
            case "application_name" or "options" or "connect_timeout" or "pgbouncer":
                break;
            default:
                throw new LakeException(
                    $"The address of the database has the parameter '{name}', which is unknown here: it takes user, password, "
                        + "dbname, host, port, sslmode, sslrootcert and channel_binding."
                );
        }
    }
}
