namespace Heretix.Tests.Integration.Billing;

/// <summary>A clock that moves only when it is told to; several processes may share it.</summary>
internal sealed class HeldTime(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public void MoveTo(DateTimeOffset moment) => Interlocked.Exchange(ref ticks, moment.UtcTicks);
}
