using System.Diagnostics;

namespace Heretix.Tests.Integration;

/// <summary>The real <c>hx</c> in a process of its own, in a folder of its own.</summary>
internal sealed class HxProcess : IDisposable
{
    private readonly Process process;

    private HxProcess(Process process, Task<string> output, Task<string> errors)
    {
        this.process = process;
        Output = output;
        Errors = errors;
    }

    public int Id => process.Id;

    public Task<string> Output { get; }

    public Task<string> Errors { get; }

    public bool HasExited => process.HasExited;

    public static HxProcess Start(
        string folder,
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hx.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new HxProcess(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Runs to the end and returns what it printed.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string folder,
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    )
    {
        using var hx = Start(folder, environment, arguments);
        return await hx.EndAsync();
    }

    public async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await Output, await Errors);
    }

    /// <summary>Waits, but not longer than <paramref name="time"/>; true when the process has ended.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(time);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Interrupt() => Process.Start("kill", ["-INT", $"{process.Id}"])!.WaitForExit();

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("HERETIX_", StringComparison.Ordinal)
        || name.StartsWith("RPL_", StringComparison.Ordinal)
        || name.EndsWith("_API_KEY", StringComparison.Ordinal)
        || name is "APP_ENV";
}
