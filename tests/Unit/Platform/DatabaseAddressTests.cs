using FsCheck;
using FsCheck.Fluent;
using Heretix.Platform.Database;
using Npgsql;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Addresses of databases are read as operators write them.</summary>
public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgres://u:p@h/d", "Host=h;Port=5432;Username=u;Password=p;Database=d")]
    [InlineData("postgresql://u:p@h:6000/d", "Host=h;Port=6000;Username=u;Password=p;Database=d")]
    [InlineData("postgresql+psycopg://u:p@h/d", "Host=h;Port=5432;Username=u;Password=p;Database=d")]
    [InlineData("postgresql+asyncpg://u@h/d", "Host=h;Port=5432;Username=u;Database=d")]
    [InlineData("POSTGRES://u@h/d", "Host=h;Port=5432;Username=u;Database=d")]
    [InlineData("  postgres://u@h/d\n", "Host=h;Port=5432;Username=u;Database=d")]
    [InlineData("postgres://h", "Host=h;Port=5432")]
    [InlineData(
        "postgres://u%40x:p%3A%2F%3F%23%25@h/d%20e",
        "Host=h;Port=5432;Username=u@x;Password=p:/?#%;Database=d e"
    )]
    [InlineData("postgres://u:a:b@h/d", "Host=h;Port=5432;Username=u;Password=a:b;Database=d")]
    [InlineData("postgres://u:a@b@h/d", "Host=h;Port=5432;Username=u;Password=a@b;Database=d")]
    [InlineData("postgres://u:p+q@h/d", "Host=h;Port=5432;Username=u;Password=p+q;Database=d")]
    [InlineData("postgres://u@[::1]:6000/d", "Host=::1;Port=6000;Username=u;Database=d")]
    [InlineData("postgres://u@[fe80::1]/d", "Host=fe80::1;Port=5432;Username=u;Database=d")]
    [InlineData("postgres:///d?host=/var/run/postgresql", "Host=/var/run/postgresql;Port=5432;Database=d")]
    [InlineData("postgres://%2Fvar%2Frun%2Fpostgresql/d", "Host=/var/run/postgresql;Port=5432;Database=d")]
    [InlineData("postgres:///d?host=%40heretix&user=u", "Host=@heretix;Port=5432;Username=u;Database=d")]
    [InlineData(
        "postgres://h/?dbname=d&port=7&user=u&password=p%26",
        "Host=h;Port=7;Username=u;Password=p&;Database=d"
    )]
    [InlineData("postgres://h/d?sslmode=disable", "Host=h;Port=5432;Database=d;SSL Mode=Disable")]
    [InlineData("postgres://h/d?sslmode=allow", "Host=h;Port=5432;Database=d;SSL Mode=Allow")]
    [InlineData("postgres://h/d?sslmode=prefer", "Host=h;Port=5432;Database=d;SSL Mode=Prefer")]
    [InlineData("postgres://h/d?sslmode=require", "Host=h;Port=5432;Database=d;SSL Mode=Require")]
    [InlineData(
        "postgres://h/d?sslmode=verify-ca&sslrootcert=/ca.pem",
        "Host=h;Port=5432;Database=d;SSL Mode=VerifyCA;Root Certificate=/ca.pem"
    )]
    [InlineData(
        "postgres://h/d?sslmode=verify-full&sslrootcert=system",
        "Host=h;Port=5432;Database=d;SSL Mode=VerifyFull"
    )]
    [InlineData(
        "postgres://h/d?sslcert=/c.pem&sslkey=/k.pem&sslpassword=s",
        "Host=h;Port=5432;Database=d;SSL Certificate=/c.pem;SSL Key=/k.pem;SSL Password=s"
    )]
    [InlineData("postgres://h/d?sslnegotiation=direct", "Host=h;Port=5432;Database=d;SSL Negotiation=Direct")]
    [InlineData("postgres://h/d?channel_binding=require", "Host=h;Port=5432;Database=d;Channel Binding=Require")]
    [InlineData("postgres://h/d?channel_binding=disable", "Host=h;Port=5432;Database=d;Channel Binding=Disable")]
    [InlineData(
        "postgres://h/d?application_name=my%20app&connect_timeout=7",
        "Host=h;Port=5432;Database=d;Application Name=my app;Timeout=7"
    )]
    [InlineData(
        "postgres://h/d?keepalives=1&keepalives_idle=30&keepalives_interval=5",
        "Host=h;Port=5432;Database=d;Tcp Keepalive=True;Tcp Keepalive Time=30;Tcp Keepalive Interval=5"
    )]
    [InlineData(
        "postgres://h/d?client_encoding=utf8&target_session_attrs=read-write&gssencmode=disable",
        "Host=h;Port=5432;Database=d;GSS Encryption Mode=Disable"
    )]
    [InlineData(
        "postgresql://alex:AbC123dEf@ep-cool-name-123456-pooler.us-east-2.aws.neon.tech/dbname?sslmode=require&channel_binding=require",
        "Host=ep-cool-name-123456-pooler.us-east-2.aws.neon.tech;Port=5432;Username=alex;Password=AbC123dEf;Database=dbname;SSL Mode=Require;Channel Binding=Require"
    )]
    [InlineData(
        "postgres://h/d?options=endpoint%3Dep-cool-name-123456",
        "Host=h;Port=5432;Database=d;Options=endpoint=ep-cool-name-123456"
    )]
    [InlineData("postgres://h/d?options=-c%20geqo%3Doff", "Host=h;Port=5432;Database=d;Options=-c geqo=off")]
    [InlineData("Host=h;Database=d;Username=u;Password='p;q'", "Host=h;Database=d;Username=u;Password='p;q'")]
    [InlineData("host=h;user id=u;sslmode=VerifyFull", "Host=h;Username=u;SSL Mode=VerifyFull")]
    public void An_address_becomes_a_connection_string(string address, string expected) =>
        DatabaseAddress
            .ToConnectionString(address)
            .EquivalentTo(new NpgsqlConnectionStringBuilder(expected))
            .ShouldBeTrue(DatabaseAddress.ToConnectionString(address).ConnectionString);

    [Theory]
    [InlineData("", "postgres://user:password@host:port/name")]
    [InlineData("nonsense", "postgres://user:password@host:port/name")]
    [InlineData("mysql://u:hunter2@h/d", "postgres://user:password@host:port/name")]
    [InlineData("postgres://u:hunter2@/d", "names no host")]
    [InlineData("postgres://u:hunter2@h:port/d", "port")]
    [InlineData("postgres://u:hunter2@h:70000/d", "1 to 65535")]
    [InlineData("postgres://u:hunter2@h:0/d", "1 to 65535")]
    [InlineData("postgres://u:hunter2@h1,h2/d", "several hosts")]
    [InlineData("postgres://u:hunter2@[::1/d", "brackets")]
    [InlineData(
        "postgres://u:hunter2@h/d?sslmode=on",
        "sslmode=on: possible are disable, allow, prefer, require, verify-ca, verify-full"
    )]
    [InlineData("postgres://u:hunter2@h/d?channel_binding=yes", "possible are disable, prefer, require")]
    [InlineData("postgres://u:hunter2@h/d?connect_timeout=soon", "whole numbers from 0 to 1024")]
    [InlineData("postgres://u:hunter2@h/d?pgbouncer=true", "unknown parameter 'pgbouncer'")]
    [InlineData("postgres://u:hunter2@h/d?service=x", "known are host, port")]
    [InlineData("postgres://u:hunter2@h/d?target_session_attrs=standby", "any, read-write, primary")]
    [InlineData("postgres://u:hunter2@h/d?sslmode", "without a value")]
    [InlineData("postgres://u:100%hunter2@h/d", "% that encodes nothing")]
    [InlineData("postgres://u:pa/hunter2@h/d", "percent-encoded")]
    [InlineData("postgres://u:1234/hunter2@h/d", "percent-encoded")]
    [InlineData("postgres://u:pa?hunter2=1@h/d", "percent-encoded")]
    [InlineData("postgres://u:12?hunter2=1@h/d", "percent-encoded")]
    [InlineData("postgres://u:p@ss?hunter2=1@h/d", "percent-encoded")]
    [InlineData("Host=h;Password=hunter2;Nonsense=1", "word 'nonsense'")]
    [InlineData("Host=h;Password=hunter2;Port=many", "'port'")]
    [InlineData("Host=h;Password='hunter2", "Name=value pairs")]
    [InlineData("Password=hunter2", "names no Host")]
    [InlineData("host=h password=hunter2 dbname=d", "separated by ;")]
    public void What_cannot_be_read_is_explained_without_the_password(string address, string expected)
    {
        var said = Should.Throw<FormatException>(() => DatabaseAddress.ToConnectionString(address)).Message;
        said.ShouldContain(expected);
        said.ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_password_of_any_characters_arrives_when_it_is_encoded() =>
        Prop.ForAll<NonEmptyString, NonEmptyString>(
                (user, password) =>
                {
                    var address =
                        $"postgres://{Uri.EscapeDataString(Clean(user))}:{Uri.EscapeDataString(Clean(password))}@h/d";
                    var read = DatabaseAddress.ToConnectionString(address);
                    return read.Username == Clean(user) && read.Password == Clean(password);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("postgres://u:p@ep-a-1-pooler.eu.aws.neon.tech/d", "ep-a-1.eu.aws.neon.tech")]
    [InlineData("postgres://u:p@ep-a-1.eu.aws.neon.tech/d", "ep-a-1.eu.aws.neon.tech")]
    [InlineData("postgres://u:p@db-pooler.example.org/d", "db-pooler.example.org")]
    public void Listening_goes_past_the_pooler_of_Neon(string address, string host) =>
        DatabaseAddress.WithoutPooler(DatabaseAddress.ToConnectionString(address)).Host.ShouldBe(host);

    // Text with half a surrogate pair cannot be encoded.
    private static string Clean(NonEmptyString text) =>
        "x" + string.Concat(text.Get.Where(each => !char.IsSurrogate(each)));
}
