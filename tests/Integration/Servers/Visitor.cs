using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Heretix.Tests.Integration.Servers;

/// <summary>
/// A browser as far as the server can tell: it keeps cookies (secure ones over plain loopback too), comes from an address
/// of its own out of 127.0.0.0/8 so that limits by address count it alone, does not follow redirects, and unless told
/// otherwise sends the Origin of the application and the CSRF token with unsafe requests.
/// </summary>
public sealed class Visitor : DelegatingHandler
{
    private static int addresses;
    private readonly Lock turn = new();
    private readonly Dictionary<string, string> cookies = [];

    /// <summary>A browser that knows no site yet.</summary>
    public Visitor(Uri server)
    {
        var number = Interlocked.Increment(ref addresses);
        Address = new IPAddress([127, 1, (byte)(number / 250), (byte)(1 + number % 250)]);
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
        };
        Client = new HttpClient(this) { BaseAddress = server };
    }

    /// <summary>The address that it comes from.</summary>
    public IPAddress Address { get; }

    /// <summary>Sends requests as this browser; disposing it disposes the browser.</summary>
    public HttpClient Client { get; }

    /// <summary>What the pages that it shows are called; null sends no Origin.</summary>
    public string? Origin { get; set; } = "http://127.0.0.1:3000";

    /// <summary>Whether its pages know about the CSRF token.</summary>
    public bool SendsCsrf { get; set; } = true;

    /// <summary>The value of a cookie, by its name without a prefix; null when there is none.</summary>
    public string? Cookie(string name)
    {
        lock (turn)
            return cookies.GetValueOrDefault(name) ?? cookies.GetValueOrDefault("__Host-" + name);
    }

    /// <summary>Plants a cookie; null removes it.</summary>
    public void Plant(string name, string? value)
    {
        lock (turn)
        {
            if (value is null)
                cookies.Remove(name);
            else
                cookies[name] = value;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            if (Origin is not null && !request.Headers.Contains("Origin"))
                request.Headers.Add("Origin", Origin);
            if (SendsCsrf && Cookie("heretix_csrf") is { } token && !request.Headers.Contains("X-CSRF-Token"))
                request.Headers.Add("X-CSRF-Token", token);
        }
        lock (turn)
        {
            if (cookies.Count > 0)
                request.Headers.Add("Cookie", string.Join("; ", cookies.Select(entry => $"{entry.Key}={entry.Value}")));
        }
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
            Keep(set);
        return answer;
    }

    private void Keep(IEnumerable<string> set)
    {
        lock (turn)
        {
            foreach (var cookie in set)
            {
                var parts = cookie.Split(';', StringSplitOptions.TrimEntries);
                var (name, value) = (parts[0][..parts[0].IndexOf('=')], parts[0][(parts[0].IndexOf('=') + 1)..]);
                var age = parts
                    .Where(part => part.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase))
                    .Select(part => long.Parse(part["max-age=".Length..], CultureInfo.InvariantCulture))
                    .SingleOrDefault(1);
                if (age > 0)
                    cookies[name] = value;
                else
                    cookies.Remove(name);
            }
        }
    }

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(Address, 0));
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
