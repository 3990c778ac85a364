namespace Heretix.Accounts.Devices;

/// <summary>How many devices a user has removed or replaced on a day.</summary>
internal sealed class DeviceRemoval
{
    public Guid UserId { get; init; }

    /// <summary>The day in UTC.</summary>
    public DateOnly Day { get; init; }

    public int Used { get; init; }
}
