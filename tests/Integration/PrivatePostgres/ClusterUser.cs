using System.Diagnostics;
using System.Runtime.CompilerServices;
using Heretix.Platform.PrivatePostgres;

namespace Heretix.Tests.Integration.PrivatePostgres;

/// <summary>
/// Another process that uses a private cluster: this test program itself, started with a variable that turns it into one.
/// It says that it is ready, and leaves the cluster when its standard input ends.
/// </summary>
internal sealed class ClusterUser : IDisposable
{
    private const string Variable = "HERETIX_TEST_CLUSTER_USER";
    private readonly Process process;

    private ClusterUser(Process process) => this.process = process;

    public static async Task<ClusterUser> StartAsync(string dataFolder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[Variable] = dataFolder;
        var process = Process.Start(start)!;
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("ready");
        return new ClusterUser(process);
    }

    /// <summary>Lets it leave in order.</summary>
    public async Task LeaveAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    // While this runs no other thread can enter this assembly, hence a method of the console for the sentences.
    [ModuleInitializer]
    internal static void Become()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } dataFolder)
            return;
        var options = new PrivateClusterOptions(dataFolder, Console.Error.WriteLine);
        var cluster = PrivateCluster.StartAsync(options, CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine("ready");
        Console.In.ReadToEnd();
        cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
