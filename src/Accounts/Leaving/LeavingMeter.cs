using System.Diagnostics.Metrics;
using Heretix.Accounts.Telemetry;

namespace Heretix.Accounts.Leaving;

/// <summary>Counts accounts that are left, restored and erased.</summary>
internal sealed class LeavingMeter
{
    private readonly Counter<long> leaving;
    private readonly Counter<long> restored;
    private readonly Counter<long> erased;
    private readonly Counter<long> failed;

    public LeavingMeter(IMeterFactory meters)
    {
        var meter = meters.Create(SignInMeter.Name);
        leaving = meter.CreateCounter<long>("heretix.accounts.leaving", "{account}", "Accounts that were left.");
        restored = meter.CreateCounter<long>("heretix.accounts.restored", "{account}", "Accounts that were restored.");
        erased = meter.CreateCounter<long>("heretix.accounts.erased", "{account}", "Accounts that were erased.");
        failed = meter.CreateCounter<long>(
            "heretix.accounts.erasures_failed",
            "{account}",
            "Attempts to erase an account that failed."
        );
    }

    public void Left() => leaving.Add(1);

    public void Restored() => restored.Add(1);

    public void Erased() => erased.Add(1);

    public void ErasureFailed() => failed.Add(1);
}
