using System.Runtime.InteropServices;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary>Work that asks no model but may take long: the first interrupt stops it in good order.</summary>
internal static class Stoppable
{
    public static Task<int> RunAsync(
        Surroundings around,
        Func<CancellationToken, Task<int>> work,
        CancellationToken interrupted
    ) =>
        Verb.RunAsync(
            around,
            async () =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
                using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
                using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
                try
                {
                    return await work(stop.Token);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    throw new UserErrorException("interrupted", ExitCode.Interrupted);
                }

                // A second one ends the process as if nobody had listened.
                void Stop(PosixSignalContext signal)
                {
                    if (stop.IsCancellationRequested)
                        return;
                    signal.Cancel = true;
                    stop.Cancel();
                }
            }
        );
}
