namespace Heretix.Tests.Integration.Accounts;

/// <summary>The time of day, moved forward as a test likes.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref shift));

    public void Pass(TimeSpan time) => Interlocked.Add(ref shift, time.Ticks);
}
