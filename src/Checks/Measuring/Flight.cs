using Heretix.Rpl.Execution;

namespace Heretix.Checks.Measuring;

/// <summary>
/// A measurement that is going on in this process. The check that began it leads; equal ones that arrive meanwhile come
/// along and share its result, or its failure.
/// </summary>
internal sealed class Flight : IProgress<MeasurementProgress>
{
    private readonly TaskCompletionSource<Measured> landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MeasurementProgress? latest;

    /// <summary>The result.</summary>
    public Task<Measured> Landed => landed.Task;

    /// <summary>How far it is; null before the first sample.</summary>
    public MeasurementProgress? Latest => Volatile.Read(ref latest);

    public void Report(MeasurementProgress value) => Volatile.Write(ref latest, value);

    public void Land(Measured measured) => landed.TrySetResult(measured);

    public void Fail(Exception failure)
    {
        landed.TrySetException(failure);
        // It may be that nobody came along.
        _ = landed.Task.Exception;
    }
}

/// <summary>The measurements that are going on in this process, by their result keys.</summary>
internal sealed class Flights
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Flight> going = [];

    /// <summary>Joins the flight of the key, or begins one to lead.</summary>
    public (Flight Flight, bool Leads) Board(string resultKey)
    {
        lock (gate)
        {
            if (going.TryGetValue(resultKey, out var flight))
                return (flight, false);
            going[resultKey] = flight = new Flight();
            return (flight, true);
        }
    }

    /// <summary>The result is stored, or there is none: whoever comes later begins anew.</summary>
    public void Leave(string resultKey, Flight flight)
    {
        lock (gate)
        {
            if (going.GetValueOrDefault(resultKey) == flight)
                going.Remove(resultKey);
        }
    }
}
