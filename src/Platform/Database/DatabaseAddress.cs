using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>Reads the address of a database as operators write it: <c>postgres://user:password@host:port/name</c>.</summary>
public static class DatabaseAddress
{
    /// <summary>The same as a connection string.</summary>
    public static NpgsqlConnectionStringBuilder ToConnectionString(string address)
    {
        var uri = new Uri(address);
        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = uri.AbsolutePath.Trim('/'),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
    }

    internal static string Parse(string address) => ToConnectionString(address).ConnectionString;
}
