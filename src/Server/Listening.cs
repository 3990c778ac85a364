using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Heretix.Server;

/// <summary>The addresses that the server is told to listen on: what is wrong with them, and why they cannot be had.</summary>
internal static class Listening
{
    /// <summary>What is wrong with addresses as they were given; null when they can be read.</summary>
    /// <param name="urls">Addresses, separated by semicolons.</param>
    public static string? Problem(string urls)
    {
        var given = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (given.Length == 0)
            return "--urls names no address; write it as http://127.0.0.1:8000";
        return given.Select(Wrong).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Why the server could not listen, in a sentence; null when it failed over something else.</summary>
    public static string? Explain(Exception failure, string urls) =>
        failure switch
        {
            IOException { InnerException: AddressInUseException } taken => taken.Message.TrimEnd('.')
                + "; choose another address with --urls",
            IOException { InnerException: AggregateException all } both when Refused(all) is { } refused => both.Message
                + Hint(refused.SocketErrorCode),
            SocketException refused => $"cannot listen on {urls}: {refused.Message}" + Hint(refused.SocketErrorCode),
            _ => null,
        };

    private static string? Wrong(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return $"--urls: '{url}' is not an address; write it as http://127.0.0.1:8000";
        }
        if (address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
            return $"--urls: '{url}' asks for https, and the server has no certificate; let it listen on http:// and put a proxy with the certificate in front";
        if (!address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase))
            return $"--urls: '{url}' is not http://; write it as http://127.0.0.1:8000";
        if (address.PathBase.Trim('/').Length > 0)
            return $"--urls: '{url}' has a path; name the host and the port alone";
        return address.Port is < 0 or > 65535
            ? $"--urls: '{url}' has a port beyond 65535; write it as http://127.0.0.1:8000"
            : null;
    }

    private static SocketException? Refused(AggregateException all) =>
        all.Flatten()
            .InnerExceptions.Select(each => each as SocketException ?? each.InnerException as SocketException)
            .FirstOrDefault(each => each is not null);

    private static string Hint(SocketError error) =>
        error switch
        {
            SocketError.AccessDenied =>
                "; ports below 1024 need a right that this user does not have: choose another port with --urls, or put a proxy in front",
            SocketError.AddressNotAvailable =>
                "; this machine does not have that address: choose one of its own with --urls, or http://0.0.0.0:8000 for all of them",
            _ => "; choose another address with --urls",
        };
}
