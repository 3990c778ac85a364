namespace Heretix.Cli.Settings;

/// <summary>The bootstrap keeps its B centres in memory: more than fit are refused before anything is asked or paid.</summary>
internal static class BootstrapMemory
{
    /// <exception cref="UserErrorException">There is not memory enough.</exception>
    public static void Require(int iterations)
    {
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / sizeof(double);
        if (iterations > most)
            throw new UserErrorException(
                $"--b {iterations} needs more memory than there is; here it may be up to {most}"
            );
    }
}
