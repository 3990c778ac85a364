using Heretix.Lake;

namespace Heretix.Tests.Unit.Lake;

/// <summary>The export reads the address of a database in every form that the server takes.</summary>
public sealed class ProductionAddressTests
{
    [Theory]
    [InlineData("postgres://ada:s%40cret@db.example:6000/heretix?sslmode=require", "db.example", 6000, "ada")]
    [InlineData("postgresql+psycopg://ada@db.example/heretix?channel_binding=require", "db.example", 5432, "ada")]
    [InlineData("postgres:///heretix?host=/run/postgresql&user=ada", "/run/postgresql", 5432, "ada")]
    [InlineData("postgres://ada@/heretix?host=/run/postgresql", "/run/postgresql", 5432, "ada")]
    [InlineData("postgres://db.example/?dbname=heretix&user=ada&password=x", "db.example", 5432, "ada")]
    [InlineData("Host=db.example;Database=heretix;Username=ada", "db.example", 5432, "ada")]
    public void A_form_is_read(string address, string host, int port, string user)
    {
        var read = ProductionAddress.Parse(address);
        (read.Host, read.Port, read.Database, read.Username).ShouldBe((host, port, "heretix", user));
    }

    [Theory]
    [InlineData("mysql://ada@db.example/heretix")]
    [InlineData("postgres://ada@db.example/heretix?colour=red")]
    [InlineData("postgres://ada:secret@@@/heretix")]
    public void What_cannot_be_read_is_refused_without_being_repeated(string address) =>
        Should.Throw<LakeException>(() => ProductionAddress.Parse(address)).Message.ShouldNotContain("secret");
}
