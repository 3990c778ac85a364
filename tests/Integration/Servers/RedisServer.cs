using System.Diagnostics;
using System.Net.Sockets;

namespace Heretix.Tests.Integration.Servers;

/// <summary>A Redis of a test's own, without a disk; it can be killed, frozen and started again on the same port.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private Process? server;

    /// <summary>Loopback port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Address in the form that operators write.</summary>
    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public async Task StartAsync()
    {
        server = Process.Start(
            new ProcessStartInfo(
                ServerBinaries.OnPath("redis-server"),
                ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]
            )
            {
                RedirectStandardOutput = true,
                WorkingDirectory = "/",
            }
        )!;
        server.OutputDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException) when (tries < 1000 && !server.HasExited)
            {
                await Task.Delay(10);
            }
        }
    }

    /// <summary>Sends it a signal: <c>KILL</c>, <c>STOP</c> (it hangs), <c>CONT</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{server!.Id}"]);
        await kill.WaitForExitAsync();
        if (signal == "KILL")
            await server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is { HasExited: false })
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
        server?.Dispose();
    }
}
