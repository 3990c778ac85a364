namespace Heretix.Accounts.Devices;

/// <summary>Whether a device is let in.</summary>
internal abstract record DeviceEntry
{
    /// <summary>It is one of the user's devices, old or new.</summary>
    /// <param name="Id">The device.</param>
    /// <param name="Replaced">The one whose place it took; null when it took nobody's.</param>
    public sealed record Admitted(Guid Id, Guid? Replaced = null) : DeviceEntry;

    /// <summary>It is new, and there is no room for it.</summary>
    /// <param name="Limit">Devices that the plan allows.</param>
    /// <param name="Devices">Those that the user has, the least recently used first.</param>
    /// <param name="Replaceable">The one that it could replace; null when it can replace none.</param>
    /// <param name="ReplacementsLeft">How many may still be removed or replaced today.</param>
    public sealed record LimitReached(
        int Limit,
        IReadOnlyList<Device> Devices,
        Device? Replaceable,
        int ReplacementsLeft
    ) : DeviceEntry;

    /// <summary>It was to replace another, and that was done too often today.</summary>
    /// <param name="Until">When the next day begins (UTC).</param>
    public sealed record ReplacementsUsedUp(DateTimeOffset Until) : DeviceEntry;
}
