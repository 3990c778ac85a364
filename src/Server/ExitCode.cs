namespace Heretix.Server;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something went wrong while it ran.</summary>
    public const int Failed = 1;

    /// <summary>The arguments could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>The configuration or the state of the database does not allow a start (EX_CONFIG).</summary>
    public const int Configuration = 78;

    /// <summary>Added to the number of the signal that ended it at once.</summary>
    public const int Signal = 128;
}
