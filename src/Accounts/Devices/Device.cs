namespace Heretix.Accounts.Devices;

/// <summary>A browser or a client from which a user signs in. Removing it deletes the row, and its sessions go along.</summary>
internal sealed class Device
{
    /// <summary>Longest <see cref="Name"/>, in characters.</summary>
    public const int LongestName = 100;

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>SHA-256 of what the device is known by, in UTF-8; unique among the devices of its user.</summary>
    public required byte[] FingerprintHash { get; init; }

    /// <summary>What people call it, or what it calls itself.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="DevicePlatform"/>; null when it does not tell.</summary>
    public string? Platform { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last sign-in or request of one of its sessions, exact to a few minutes.</summary>
    public DateTimeOffset LastSeenAt { get; init; }
}
