namespace Heretix.Tests.Unit.Cli;

/// <summary>The real clock, read so much later.</summary>
internal sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
