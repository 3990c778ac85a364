namespace Heretix.Cli;

/// <summary>What <c>hx</c> tells the shell; documented in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Something in the input or the environment is wrong; the message says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>Too few valid samples for an estimate; those received are stored.</summary>
    public const int TooFewSamples = 3;

    /// <summary>Stopped before the cost limit would have been passed.</summary>
    public const int CostLimit = 4;

    /// <summary>Calls to the provider failed for good.</summary>
    public const int ProviderFailed = 5;

    /// <summary>A watched quantity has drifted (<c>monitor --fail-on-drift</c>).</summary>
    public const int Drift = 6;

    /// <summary>Interrupted; the same command goes on where it stopped.</summary>
    public const int Interrupted = 130;
}
