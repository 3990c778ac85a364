using System.Runtime.InteropServices;

namespace Heretix.Server;

/// <summary>
/// Ctrl-C and SIGTERM, from the first moment on: they ask for an orderly end, so that a start that is given up and a verb
/// that is interrupted leave no PostgreSQL behind either. Whoever asks a second time does not want to wait.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource asked = new();
    private readonly PosixSignalRegistration[] signals;

    public StopSignals() =>
        signals = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Heed),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heed),
        ];

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Asked => asked.Token;

    public void Dispose()
    {
        foreach (var signal in signals)
            signal.Dispose();
        asked.Dispose();
    }

    private void Heed(PosixSignalContext context)
    {
        context.Cancel = true;
        if (asked.IsCancellationRequested)
            // Not left to the system: the host listens too, and would take the signal away from it.
            Environment.Exit(ExitCode.Signal + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
        asked.Cancel();
    }
}
