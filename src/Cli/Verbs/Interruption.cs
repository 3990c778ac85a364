using System.Runtime.InteropServices;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary>Ctrl-C and SIGTERM: once to finish what is in flight, twice to abandon it.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource drain;
    private readonly CancellationTokenSource abandon = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public Interruption(Surroundings around, CancellationToken outer)
    {
        drain = CancellationTokenSource.CreateLinkedTokenSource(outer);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            registrations.Add(
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        context.Cancel = true;
                        if (drain.IsCancellationRequested)
                        {
                            abandon.Cancel();
                            return;
                        }
                        around.Error.WriteLine("hx: finishing the calls in flight; once more to abandon them");
                        drain.Cancel();
                    }
                )
            );
        }
    }

    /// <summary>No new calls.</summary>
    public CancellationToken Drain => drain.Token;

    /// <summary>End calls in flight.</summary>
    public CancellationToken Abandon => abandon.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        drain.Dispose();
        abandon.Dispose();
    }
}
