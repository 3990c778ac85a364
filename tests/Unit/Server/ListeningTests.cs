using System.Net.Sockets;
using Heretix.Server;

namespace Heretix.Tests.Unit.Server;

/// <summary>Addresses to listen on are judged before anything starts, and what the system refuses is explained.</summary>
public sealed class ListeningTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8000")]
    [InlineData("http://*:80; http://[::1]:8001/")]
    [InlineData("http://localhost:0")]
    public void An_address_that_can_be_listened_on_is_accepted(string urls) => Listening.Problem(urls).ShouldBeNull();

    [Theory]
    [InlineData("", "names no address")]
    [InlineData("8000", "'8000' is not an address")]
    [InlineData("http://127.0.0.1:8000;127.0.0.1:8001", "'127.0.0.1:8001' is not an address")]
    [InlineData("ftp://127.0.0.1", "is not http://")]
    [InlineData("https://127.0.0.1:8443", "has no certificate")]
    [InlineData("http://127.0.0.1:8000/api", "has a path")]
    [InlineData("http://127.0.0.1:80000", "65535")]
    public void What_is_wrong_with_an_address_is_said(string urls, string problem) =>
        Listening.Problem(urls).ShouldNotBeNull().ShouldContain(problem);

    [Theory]
    [InlineData(SocketError.AccessDenied, "ports below 1024")]
    [InlineData(SocketError.AddressNotAvailable, "does not have that address")]
    [InlineData(SocketError.AddressFamilyNotSupported, "choose another address")]
    public void What_the_system_refuses_is_explained(SocketError error, string explanation)
    {
        var failure = new SocketException((int)error);
        Listening.Explain(failure, "http://127.0.0.1:80").ShouldNotBeNull().ShouldContain(explanation);
        var both = new IOException("Failed to bind to address http://localhost:80.", new AggregateException(failure));
        Listening.Explain(both, "http://localhost:80").ShouldNotBeNull().ShouldContain(explanation);
        Listening.Explain(new IOException("the disk is full"), "http://127.0.0.1:80").ShouldBeNull();
    }
}
