using System.Net.Security;

namespace Heretix.Platform.Cache.Resp;

/// <summary>How a client behaves.</summary>
internal sealed record RespTuning
{
    /// <summary>Longest wait for a reply.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest bulk string that is taken, in bytes.</summary>
    public int LargestBulk { get; init; } = 1024 * 1024;

    /// <summary>Longest time for a connection, its TLS and its greeting. No caller waits for it.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Wait before the second attempt to connect; doubled after each.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between attempts: how often a Redis that is away is probed.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Decides on the server's certificate; null for the rules of the system.</summary>
    public RemoteCertificateValidationCallback? Certificate { get; init; }
}
