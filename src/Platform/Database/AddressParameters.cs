using System.Globalization;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>What stands behind the <c>?</c> of an address: libpq's names and words, applied to a connection string.</summary>
/// <param name="builder">What is being put together.</param>
/// <param name="instead">Said in place of an unknown name that may be a piece of a password; null when it cannot be.</param>
internal sealed class AddressParameters(NpgsqlConnectionStringBuilder builder, string? instead)
{
    private const string Names =
        "host, port, dbname, user, password, passfile, sslmode, sslrootcert, sslcert, sslkey, sslpassword, sslnegotiation, "
        + "channel_binding, gssencmode, application_name, connect_timeout, options, keepalives, keepalives_idle, keepalives_interval, "
        + "client_encoding and target_session_attrs";

    /// <summary>Applies one parameter.</summary>
    /// <exception cref="FormatException">It is unknown, or cannot have this value.</exception>
    public void Apply(string name, string value)
    {
        switch (name)
        {
            case "host" or "hostaddr":
                builder.Host = value;
                break;
            case "port":
                builder.Port = DatabaseAddress.ReadPort(value);
                break;
            case "dbname":
                builder.Database = value;
                break;
            case "user":
                builder.Username = value;
                break;
            case "password":
                builder.Password = value;
                break;
            case "passfile":
                builder.Passfile = value;
                break;
            case "sslmode":
                builder.SslMode = Choose(
                    name,
                    value,
                    ("disable", SslMode.Disable),
                    ("allow", SslMode.Allow),
                    ("prefer", SslMode.Prefer),
                    ("require", SslMode.Require),
                    ("verify-ca", SslMode.VerifyCA),
                    ("verify-full", SslMode.VerifyFull)
                );
                break;
            case "sslrootcert":
                // "system" means the roots of the operating system, which is what Npgsql takes without a file.
                builder.RootCertificate = value == "system" ? null : value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "sslpassword":
                builder.SslPassword = value;
                break;
            case "sslnegotiation":
                builder.SslNegotiation = Choose(
                    name,
                    value,
                    ("postgres", SslNegotiation.Postgres),
                    ("direct", SslNegotiation.Direct)
                );
                break;
            case "channel_binding":
                builder.ChannelBinding = Choose(
                    name,
                    value,
                    ("disable", ChannelBinding.Disable),
                    ("prefer", ChannelBinding.Prefer),
                    ("require", ChannelBinding.Require)
                );
                break;
            case "gssencmode":
                builder.GssEncryptionMode = Choose(
                    name,
                    value,
                    ("disable", GssEncryptionMode.Disable),
                    ("prefer", GssEncryptionMode.Prefer),
                    ("require", GssEncryptionMode.Require)
                );
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "connect_timeout":
                builder.Timeout = Number(name, value, 0, 1024);
                break;
            case "options":
                builder.Options = value;
                break;
            case "keepalives":
                builder.TcpKeepAlive = Choose(name, value, ("0", false), ("1", true));
                break;
            case "keepalives_idle":
                builder.TcpKeepAliveTime = Number(name, value, 0, 86_400);
                break;
            case "keepalives_interval":
                builder.TcpKeepAliveInterval = Number(name, value, 0, 86_400);
                break;
            case "client_encoding":
                Choose(name, value.ToLowerInvariant(), ("utf8", true), ("utf-8", true), ("auto", true));
                break;
            case "target_session_attrs":
                // With one host there is nothing to choose from, and the server has to write.
                Choose(name, value, ("any", true), ("read-write", true), ("primary", true));
                break;
            default:
                throw new FormatException(
                    instead is null
                        ? $"the address of the database has the unknown parameter '{name}': known are {Names}"
                        : $"the address of the database cannot be read: {instead}"
                );
        }
    }

    private T Choose<T>(string name, string value, params ReadOnlySpan<(string Word, T Meaning)> choices)
    {
        foreach (var (word, meaning) in choices)
        {
            if (word == value)
                return meaning;
        }
        var words = new List<string>();
        foreach (var (word, _) in choices)
            words.Add(word);
        throw Refused(name, value, string.Join(", ", words));
    }

    private int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : throw Refused(name, value, $"whole numbers from {least} to {most}");

    private FormatException Refused(string name, string value, string choices) =>
        new(
            instead is null
                ? $"the address of the database has {name}={value}: possible are {choices}"
                : $"the address of the database has a value for {name} that it cannot have: possible are {choices}"
        );
}
